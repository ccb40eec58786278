/**
 * What a soak plays, drawn from a seed: a job in a pattern with a store and a cadence, and the faults that fall on it, each further on.
 *
 * P1  The same seed gives the same plan, whatever was played before: a failure is repeated by its seed alone.
 * P2  Faults fall far enough apart that the run has gone on in between, and before its last items.
 */
import type { JobName, Pattern } from '../../dist/cli/jobs.js';
import type { FaultName } from '../../dist/faults/fault-names.js';
import { seededRandom } from '../../dist/faults/seeded-random.js';
import type { StoreName } from '../../dist/workflows/job-settings.js';

interface PlannedFault {
  readonly name: FaultName;
  /** An order, a customer or a line. */
  readonly at: number;
}

export interface PlannedRun {
  readonly seed: number;
  readonly pattern: Pattern;
  readonly job: JobName;
  readonly store: StoreName;
  readonly batchSize: number;
  readonly checkpointEvery: number | 'auto';
  readonly itemMs: number;
  /** Orders, or rows of the file; of reports it is their customers. */
  readonly items: number;
  readonly faults: readonly PlannedFault[];
}

/** How often each is drawn, against the others. */
const weights: Partial<Record<FaultName, number>> = {
  sigkill: 6,
  sigterm: 5,
  zombie: 2,
  'redis-stopped': 1,
  'redis-restarted': 1,
  'redis-flushed': 1,
  'postgres-restarted': 1,
  'postgres-cut': 2,
  'temporal-killed': 1,
  'no-workers': 1,
};

/** They wait until orders are done again: nothing of that kind is to be seen of another job. */
const ofOrdersOnly: readonly FaultName[] = ['zombie', 'redis-stopped'];
/** As many customers as there are in the seed of reports. */
const customers = 50;
const leastApart = 8;

export function planRun(seed: number): PlannedRun {
  const random = seededRandom(seed);
  const between = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  const oneOf = <T>(choices: readonly [T, ...T[]]): T =>
    choices[between(0, choices.length - 1)] ?? choices[0];
  const job = oneOf<JobName>([
    'process-orders',
    'process-orders',
    'process-orders',
    'generate-reports',
    'import-orders',
  ]);
  const pattern = oneOf<Pattern>(['step', 'enumerator']);
  const store = oneOf<StoreName>(['heartbeat', 'redis', 'postgres']);
  const batchSize = oneOf([1, 1, 3, 10]);
  const checkpointEvery = oneOf<number | 'auto'>(['auto', 1, between(2, 9), between(10, 60)]);
  const items = job === 'generate-reports' ? customers : between(200, 500);
  const itemMs = job === 'generate-reports' ? between(10, 40) : between(3, 10);
  const faults: PlannedFault[] = [];
  const wanted = between(3, 6);
  const stretch = Math.floor((items - 2 * leastApart) / wanted);
  for (let index = 0; index < wanted; index += 1) {
    const first = leastApart + index * stretch;
    faults.push({
      name: drawFault(job, random()),
      at: between(first, first + Math.max(0, stretch - leastApart)),
    });
  }
  return { seed, pattern, job, store, batchSize, checkpointEvery, itemMs, items, faults };
}

function drawFault(job: JobName, drawn: number): FaultName {
  const choices = Object.entries(weights).filter(
    ([name]) => job === 'process-orders' || !ofOrdersOnly.some((own) => own === name),
  );
  let left = drawn * choices.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [name, weight] of choices) {
    left -= weight;
    if (left < 0 && isFault(name)) return name;
  }
  return 'sigkill';
}

const isFault = (name: string): name is FaultName => Object.hasOwn(weights, name);

/** A plan in a line. */
export function describePlan({
  pattern,
  job,
  store,
  batchSize,
  checkpointEvery,
  faults,
}: PlannedRun): string {
  const struck = faults.map(({ name, at }) => `${name}@${at}`).join(' ');
  return `${pattern}:${job} ${store}, ${batchSize} a transaction, checkpoint every ${checkpointEvery}; ${struck}`;
}
