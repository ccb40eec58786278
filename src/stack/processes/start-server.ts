/**
 * Brings one local server up, whatever was left of the last one.
 *
 * T1  A server that runs and answers is left alone; one that runs and doesn't answer is started again.
 * T2  A server that lost its record (a deleted .leftoff/servers, a crash between start and note) is found by its data folder in its command line.
 * T3  It counts as up after its health check, not before; a port lost to another process in between means another port.
 * T4  Called off, it leaves no server that isn't up: what it launched is stopped.
 */
import { UserError } from '../../user-error.js';
import { partLabels } from '../addresses.js';
import type { Caller } from '../caller.js';
import type { Environment } from '../environment.js';
import { choosePorts } from './choose-ports.js';
import { findStrays } from './find-strays.js';
import { type LaunchedServer, launchServer, ServerEnded } from './launch-server.js';
import { type LocalServer, type ServerPorts, stopSignals } from './local-server.js';
import { pause } from './pause.js';
import { isSameProcess } from './process-identity.js';
import { readServerRecord, type ServerRecord, writeServerRecord } from './server-record.js';
import { startFailed } from './start-failed.js';
import { stopProcess } from './stop-process.js';

const portAttempts = 4;
const healthPollMs = 50;

/** Starts the server; call it under the checkout's lock, after `findAnswering` found none. */
export async function startServer(
  environment: Environment,
  server: LocalServer,
  { onProgress, signal }: Caller,
): Promise<ServerRecord> {
  const { home } = environment;
  const label = partLabels[server.part];
  const previous = await readServerRecord(home, server.part);
  if (previous?.process && (await isSameProcess(previous.process))) {
    onProgress(`${label} (process ${previous.process.pid}) does not answer: starting it again`);
    await stopProcess(previous.process, stopSignals[server.part]);
  }
  const executables = [server.executable, ...(previous ? [previous.executable] : [])];
  for (const stray of await findStrays(home, server.part, executables))
    await stopProcess(stray, stopSignals[server.part]);

  const taken = new Set<number>();
  for (let attempt = 1; ; attempt++) {
    const ports = await choosePorts(environment, server.part, previous, taken, onProgress);
    signal.throwIfAborted();
    await server.beforeStart?.(onProgress);
    try {
      return await launchAndWait(home, server, ports, signal);
    } catch (error) {
      if (!(error instanceof ServerEnded)) throw error;
      const portLost = /address already in use|could not bind/i.test(error.lastWords);
      // Children of a Postgres killed a moment ago still hold its shared memory: they leave by themselves.
      const predecessorLeaving = /shared memory block .* still in use/i.test(error.lastWords);
      if (attempt === portAttempts || !(portLost || predecessorLeaving))
        throw startFailed(server, home, error);
      if (predecessorLeaving) await pause(500, signal);
      if (portLost) {
        taken.add(ports.port);
        if (ports.uiPort !== null) taken.add(ports.uiPort);
      }
    }
  }
}

async function launchAndWait(
  home: string,
  server: LocalServer,
  ports: ServerPorts,
  signal: AbortSignal,
): Promise<ServerRecord> {
  const launched = await launchServer(home, server, ports);
  const record: ServerRecord = {
    part: server.part,
    process: launched.process,
    ready: false,
    ...ports,
    address: server.address(ports),
    executable: server.executable,
    origin: server.origin,
    log: launched.log,
  };
  await writeServerRecord(home, record);
  try {
    await waitUntilHealthy(server, ports, launched, signal);
    await server.afterStart?.();
  } catch (error) {
    await stopProcess(launched.process, stopSignals[server.part]);
    await writeServerRecord(home, { ...record, process: null });
    throw error;
  }
  const ready = { ...record, ready: true };
  await writeServerRecord(home, ready);
  return ready;
}

async function waitUntilHealthy(
  server: LocalServer,
  ports: ServerPorts,
  launched: LaunchedServer,
  signal: AbortSignal,
): Promise<void> {
  const over = { ended: null as string | null };
  const ended = launched.ended.then((words) => {
    over.ended = words;
  });
  const deadline = Date.now() + server.startLimitMs;
  let lastError: unknown;
  while (Date.now() < deadline) {
    if (over.ended !== null) throw new ServerEnded(over.ended, launched.log);
    try {
      await server.checkHealth(ports);
      // The answer may have come from whoever else holds the port, while ours is on its way out.
      if (over.ended === null && (await isSameProcess(launched.process))) return;
    } catch (error) {
      lastError = error;
    }
    await Promise.race([ended, pause(healthPollMs, signal)]);
  }
  const reason = lastError instanceof Error ? lastError.message : String(lastError);
  throw new UserError(
    `${partLabels[server.part]} did not answer within ${server.startLimitMs / 1000} s of its start (${reason}).`,
    `Look into ${launched.log}`,
  );
}
