/** A cadence by time in words: its bounds, and what it has come to. */
import { type ByTime, boundsOf, type CadenceShown } from '../continuation/checkpoint-cadence.js';
import { itemOf } from './jobs.js';

/** Up to how much work, and at which price. */
export function describeBounds(every: ByTime): string {
  const { redoMs, overhead } = boundsOf(every);
  return `auto: up to ${secondsOf(redoMs)} of work, ${percentOf(overhead)} overhead`;
}

interface OfJob {
  readonly job: string;
}

/** `every 480 orders now` */
export function describePace({ job }: OfJob, { everyMs, items }: CadenceShown): string {
  if (items === null) return `every ${secondsOf(everyMs)} now`;
  return items === 1 ? `every ${itemOf(job)} now` : `every ${items} ${itemOf(job)}s now`;
}

/** `every 480 orders now, about 0.9 s; a checkpoint costs 12 ms, 1.3 %` */
export function describeCadenceNow(run: OfJob, cadence: CadenceShown): string {
  const { everyMs, items, checkpointMs, overhead } = cadence;
  const about = items === null ? '' : `, about ${secondsOf(everyMs)}`;
  const now = `${describePace(run, cadence)}${about}`;
  if (checkpointMs === null) return `${now}; what a checkpoint costs is not measured yet`;
  // A tenth of a percent is as fine as it says anything, and fits the line.
  const share = overhead === null ? '' : `, ${Number((overhead * 100).toFixed(1))} %`;
  return `${now}; a checkpoint costs ${millisecondsOf(checkpointMs)}${share}`;
}

function secondsOf(ms: number): string {
  return `${Number((ms / 1_000).toPrecision(2))} s`;
}

function millisecondsOf(ms: number): string {
  return `${Number(ms.toPrecision(2))} ms`;
}

function percentOf(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
