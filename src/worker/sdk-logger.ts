/** The SDK's log as JSON lines in a file: what it says is for debugging, and would drown what people want to see. */
import { DefaultLogger, makeTelemetryFilterString, type RuntimeOptions } from '@temporalio/worker';
import { pino } from 'pino';

type PinoLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

const levels: Record<string, PinoLevel> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** @param file a path, or 1 for stdout (a container's log) */
export function sdkLogger(file: string): Pick<RuntimeOptions, 'logger' | 'telemetryOptions'> {
  const log = pino(
    { base: { pid: process.pid } },
    pino.destination(file === 'stdout' ? { dest: 1, sync: false } : { dest: file, mkdir: true, sync: false }),
  );
  return {
    logger: new DefaultLogger('INFO', ({ level, message, meta }) =>
      log[levels[level] ?? 'info']({ ...meta }, message),
    ),
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} },
    },
  };
}
