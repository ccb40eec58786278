/** Whether something grew over a soak: the median of its last third against that of its first, each run a sample. Pure. */
import { median } from '../../dist/cli/bench/spread.js';

export interface Growth {
  readonly first: number;
  readonly last: number;
  readonly grew: boolean;
}

export interface Tolerance {
  /** A share of the first. */
  readonly share: number;
  /** And at least so much. */
  readonly least: number;
}

/** Fewer samples say nothing: a process that has just started still warms up. */
const leastSamples = 9;

export function growthOf(samples: readonly number[], { share, least }: Tolerance): Growth {
  const third = Math.floor(samples.length / 3);
  const first = median(samples.slice(0, Math.max(1, third)));
  const last = median(samples.slice(-Math.max(1, third)));
  const grew = samples.length >= leastSamples && last - first > Math.max(least, first * share);
  return { first, last, grew };
}
