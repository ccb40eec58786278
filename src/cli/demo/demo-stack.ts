/**
 * The stack under a demo: what runs already is used, what doesn't is brought up, and taken down again at the end.
 *
 * D1  Only the parts that this demo started are stopped, also where bringing them up failed half-way.
 */
import { type PartName, partLabels } from '../../stack/addresses.js';
import { bringUp } from '../../stack/bring-up.js';
import { readEnvironment } from '../../stack/environment.js';
import { findRunningServers } from '../../stack/processes/find-running-servers.js';
import { takeDown } from '../../stack/take-down.js';
import { listWorkers } from '../../worker/worker-record.js';
import { refuseOtherWorkers } from './refuse-other-workers.js';
import type { StageOptions } from './stage.js';

export async function onDemoStack<T>(
  { narrator, signal, keep }: StageOptions,
  play: () => Promise<T>,
): Promise<T> {
  const environment = readEnvironment();
  const { home } = environment;
  refuseOtherWorkers((await listWorkers(home)).map(({ identity }) => identity));
  await narrator.scene('The stack: real servers, on this machine');
  const before = await runningParts(home);
  try {
    const up = await bringUp({ environment, onProgress: (message) => narrator.quote(message) });
    signal.throwIfAborted();
    const { address, ui } = up.temporal;
    narrator.fact(`Temporal ${address}, PostgreSQL${up.redis === null ? '' : ', Redis'}: up`);
    if (ui !== null) narrator.fact(`Temporal Web UI: ${ui}`);
    return await play();
  } finally {
    const started = (await runningParts(home)).filter((part) => !before.includes(part));
    if (started.length > 0 && !keep) {
      const { stopped } = await takeDown({ environment, parts: started });
      narrator.quote(`stopped again: ${stopped.map((part) => partLabels[part]).join(', ')}`);
    }
  }
}

async function runningParts(home: string): Promise<PartName[]> {
  const running = await findRunningServers(home);
  return (['temporal', 'postgres', 'redis'] as const).filter((part) => running[part] !== null);
}
