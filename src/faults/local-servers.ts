/**
 * Stops, kills and starts this checkout's own servers, by their records.
 *
 * Y1  Only the process that the record proves is signalled.
 * Y2  What was stopped is started again, also where the comparison was called off meanwhile.
 */
import type { PartName } from '../stack/addresses.js';
import { partLabels } from '../stack/addresses.js';
import { bringUp } from '../stack/bring-up.js';
import type { Environment } from '../stack/environment.js';
import { readServerRecord, type ServerRecord } from '../stack/processes/server-record.js';
import { stopProcess } from '../stack/processes/stop-process.js';
import { UserError } from '../user-error.js';
import type { Fallen } from './fault.js';

/** @throws UserError where none of ours runs */
export async function localServer(
  { home }: Pick<Environment, 'home'>,
  part: PartName,
): Promise<ServerRecord & { readonly process: NonNullable<ServerRecord['process']> }> {
  const record = await readServerRecord(home, part);
  if (record?.process) return { ...record, process: record.process };
  throw new UserError(`No ${partLabels[part]} of this checkout is running.`, 'npx leftoff up');
}

export interface ServerStrike {
  readonly environment: Environment;
  readonly part: PartName;
  readonly signal: NodeJS.Signals;
  /** Called when it is gone. It is started again when this has returned, or failed. */
  readonly whileAway: () => Promise<void>;
}

/** When it went, and when it was started and answered again. */
export type ServerAway = Pick<Fallen, 'struckAtMs'> & {
  readonly replacement: NonNullable<Fallen['replacement']>;
};

export async function strikeServer({
  environment,
  part,
  signal,
  whileAway,
}: ServerStrike): Promise<ServerAway> {
  const { process } = await localServer(environment, part);
  const struckAtMs = Date.now();
  let startedAtMs = struckAtMs;
  try {
    await stopProcess(process, signal);
    await whileAway();
  } finally {
    startedAtMs = Date.now();
    await bringUp({ environment });
  }
  return { struckAtMs, replacement: { startedAtMs, readyAtMs: Date.now() } };
}

export function describeAway(part: PartName, how: string, { struckAtMs, replacement }: ServerAway): string {
  const awaySeconds = ((replacement.readyAtMs - struckAtMs) / 1_000).toFixed(1);
  return `${partLabels[part]} ${how}, and answered again ${awaySeconds} s later`;
}
