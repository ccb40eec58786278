/**
 * The lanes of a throughput measurement, as they are typed: `pattern[/store]:cadence`, such as `step:500` or `enumerator/postgres:1`.
 */
import { UserError } from '../../user-error.js';
import type { JobSettings, StoreName } from '../../workflows/job-settings.js';
import { type Pattern, patternSchema } from '../jobs.js';

type Cadence = JobSettings['checkpointEvery'];

export interface PatternLane {
  readonly kind: 'pattern';
  readonly name: string;
  readonly pattern: Pattern;
  readonly store: StoreName;
  readonly cadence: Cadence;
  readonly baseline: string;
}

interface BareLane {
  readonly kind: 'bare' | 'bare with a cursor row';
  readonly name: string;
  readonly baseline: null;
}

export type ThroughputLane = PatternLane | BareLane;

export const bareLoop: BareLane = { kind: 'bare', name: 'bare loop', baseline: null };
const bareLoopWithCursor: BareLane = {
  kind: 'bare with a cursor row',
  name: 'bare loop, cursor row in its transaction',
  baseline: null,
};

const stores: readonly StoreName[] = ['heartbeat', 'redis', 'postgres'];

/** @throws UserError (usage) that says how a lane is written */
export function parseLane(word: string): PatternLane {
  const [, patternWord = '', storeWord = 'heartbeat', cadenceWord = ''] =
    /^(\w+)(?:\/(\w+))?:(\w+)$/.exec(word) ?? [];
  const pattern = patternSchema.safeParse(patternWord).data;
  const store = stores.find((name) => name === storeWord);
  const cadence = parseCadence(cadenceWord);
  if (pattern === undefined || store === undefined || cadence === null)
    throw new UserError(
      `'${word}' is no lane.`,
      'Write pattern[/store]:cadence, such as step:500, enumerator/redis:100 or step/postgres:500.',
      'usage',
    );
  const kept = storeWord === 'heartbeat' ? pattern : `${pattern}/${store}`;
  const fenced = store === 'postgres';
  return {
    ...{ kind: 'pattern', pattern, store, cadence },
    name: `${kept}, ${describeCadence(cadence, pattern, fenced)}`,
    baseline: (fenced ? bareLoopWithCursor : bareLoop).name,
  };
}

function parseCadence(word: string): Cadence | null {
  if (word === 'auto') return word;
  return /^[1-9]\d*$/.test(word) ? Number(word) : null;
}

/** A fenced enumerator moves its cursor with each transaction, whatever is said. */
function describeCadence(cadence: Cadence, pattern: Pattern, fenced: boolean): string {
  return fenced && pattern === 'enumerator'
    ? 'every transaction'
    : cadence === 'auto'
      ? cadence
      : `every ${cadence}`;
}

/** The lanes with the bare loops that they are measured against, those first; one that is named twice is one. */
export function withBaselines(named: readonly PatternLane[]): readonly ThroughputLane[] {
  const lanes = [...new Map(named.map((lane) => [lane.name, lane])).values()];
  const needed = [bareLoop, bareLoopWithCursor].filter(({ name }) =>
    lanes.some(({ baseline }) => baseline === name),
  );
  return [...needed, ...lanes];
}
