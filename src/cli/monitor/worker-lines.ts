/** The workers' lines. Pure. */
import type { Chosen } from './choose-parts.js';
import { bad, type Line, plain, strong } from './lines.js';
import type { MonitorModel, WorkerFact } from './monitor-model.js';
import { describeAge, inOneLine } from './words.js';

export function workerLines({ workers, parts }: MonitorModel, chosen: Chosen): Line[] {
  if (chosen.workers === 0) return [];
  if (workers.length === 0) {
    const isUp = parts.temporal.state === 'answers';
    return [[{ text: isUp ? 'no worker: npx leftoff worker' : 'no worker', tone: 'warn' }]];
  }
  const hidden = workers.length > chosen.workers;
  const shown = hidden && chosen.workers > 1 ? chosen.workers - 1 : chosen.workers;
  const lines = workers.slice(0, shown).map(workerLine);
  return shown === chosen.workers ? lines : [...lines, [plain(`and ${workers.length - shown} more`)]];
}

function workerLine({ identity, pid, state, uptimeMs, slotsUsed, slotsFree }: WorkerFact): Line {
  const name = strong(`worker ${pid ?? inOneLine(identity)}`);
  const up = uptimeMs === null ? '' : `  up ${describeAge(uptimeMs)}`;
  const slots = `  slots ${slotsUsed} used${slotsFree === null ? '' : `, ${slotsFree} free`}`;
  switch (state) {
    case 'running':
      return [name, plain(`${up}${slots}`)];
    case 'frozen':
      return [name, plain('  '), bad('FROZEN (SIGSTOP)'), plain(`${up}${slots}`)];
    case 'on other servers':
      return [name, plain('  '), bad('ON OTHER SERVERS'), plain(`${up}; start another`)];
    case 'on another machine':
      return [name, plain(`  on another machine${slots}`)];
  }
}
