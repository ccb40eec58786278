/** The lanes of a comparison: one pattern with one store each, and the negative control. */
import { z } from 'zod';
import type { StoreName } from '../../workflows/job-settings.js';
import type { Pattern } from '../jobs.js';

export const laneNameSchema = z.enum([
  'none',
  'step',
  'step/postgres',
  'enumerator/heartbeat',
  'enumerator/redis',
  'enumerator/postgres',
]);

export type LaneName = z.infer<typeof laneNameSchema>;

export interface Lane {
  readonly name: LaneName;
  readonly pattern: Pattern | 'naive';
  readonly store: StoreName;
  /** Cursor and effect in one transaction: its baseline is the bare loop with a cursor row in its transaction. */
  readonly fenced: boolean;
}

/** In the order in which they are shown. */
export const lanes: readonly Lane[] = [
  { name: 'none', pattern: 'naive', store: 'heartbeat', fenced: false },
  { name: 'step', pattern: 'step', store: 'heartbeat', fenced: false },
  { name: 'step/postgres', pattern: 'step', store: 'postgres', fenced: true },
  { name: 'enumerator/heartbeat', pattern: 'enumerator', store: 'heartbeat', fenced: false },
  { name: 'enumerator/redis', pattern: 'enumerator', store: 'redis', fenced: false },
  { name: 'enumerator/postgres', pattern: 'enumerator', store: 'postgres', fenced: true },
];

/** @throws Error for a name without a lane: the schema has them all */
export function laneNamed(name: LaneName): Lane {
  const lane = lanes.find((each) => each.name === name);
  if (lane === undefined) throw new Error(`There is no lane ${name}.`);
  return lane;
}
