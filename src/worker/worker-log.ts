/**
 * The worker's log: one JSON object a line, in a file, or on stdout for containers. docs/operations.md has its keys.
 *
 * L1  A line about a run says which, by the same keys in Workflows and Activities: `workflowId`, `runId`, `workflowType`, and
 *     in an Activity its `activityType` and `attempt`.
 * L2  No line has a password, nor an Activity's token, by which anybody could complete it: what stands where a password does in an
 *     address is left out, whoever wrote it there.
 * L3  An error is told by its type, its message and its stack: `error` is such an object in every line. What else it carries (a
 *     checkpoint, with what the job selects) is the job's own.
 */
import { DefaultLogger, type LogMetadata, type Logger as SdkLogger } from '@temporalio/worker';
import { type Logger, pino } from 'pino';

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error';

const levels: Record<string, Level> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

export type WorkerLog = Logger;

/** @param file a path, or `stdout` */
export function openWorkerLog(file: string): WorkerLog {
  return pino(
    {
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      serializers: { error: describeError },
      hooks: { streamWrite: withoutPasswords },
    },
    pino.destination(file === 'stdout' ? { dest: 1, sync: false } : { dest: file, mkdir: true, sync: false }),
  );
}

/** The same log as the SDK writes to it. */
export function sdkLogger(log: WorkerLog): SdkLogger {
  return new DefaultLogger('INFO', ({ level, message, meta }) =>
    log[levels[level] ?? 'info'](withOurKeys(meta), message),
  );
}

/** What the SDK says of where a line comes from, as this log says it (L1, L2). */
export function withOurKeys(meta: LogMetadata = {}): Record<string, unknown> {
  const { workflowRunId, taskToken: _, isLocal: __, ...others } = meta;
  return workflowRunId === undefined ? others : { ...others, runId: workflowRunId };
}

/** L3 */
export function describeError(error: unknown): { type?: string; message: string; stack?: string } {
  if (!(error instanceof Error)) return { message: String(error) };
  const type = 'type' in error && typeof error.type === 'string' ? error.type : error.name;
  return { type, message: error.message, ...(error.stack === undefined ? {} : { stack: error.stack }) };
}

/** `scheme://user:password@` → `scheme://user:***@`, and `?password=…` → `?password=***` (L2) */
function withoutPasswords(line: string): string {
  return line
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s:@/"]*):[^\s@/"]+@/gi, '$1:***@')
    .replace(/([?&]password=)[^\s&#"'\\]+/gi, '$1***');
}
