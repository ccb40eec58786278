/**
 * Every metric that the library counts, in both patterns: names, units, tags. Data alone, safe in Workflows.
 *
 * N1  Tags have few values, whatever the run's size: never a cursor, a run or an error's text. Namespace, task queue and
 *     Workflow or Activity type are added by the SDK.
 * N2  What a tag names is the job's own and fixed in its code: the enumerator's Activity (`iteration`), or the step (`step`).
 * N3  An Activity counts what this attempt did. A Workflow counts at least once per Workflow Task: it is silent while history is
 *     replayed, but a task that is tried again (it timed out, it failed) counts again.
 *
 * Where they are exported is the Runtime's: `telemetryOptions.metrics` of the SDK.
 */

export interface Metric {
  readonly name: string;
  readonly kind: 'counter' | 'histogram';
  /** Of what is counted; `s` is seconds. */
  readonly unit: string;
  /** Its own. `work` stands for `pattern` and one of `iteration` and `step`. */
  readonly tags: readonly string[];
  readonly says: string;
  /** Upper bounds that suit a histogram's values: the exporter is told by `histogramBuckets`. */
  readonly buckets?: readonly number[];
}

/** Whose work a metric is about, as its tags say it. */
export type WorkTags =
  | { readonly pattern: 'enumerator'; readonly iteration: string }
  | { readonly pattern: 'step'; readonly step: string };

export const metrics = {
  itemsProcessed: counter('items_processed', 'items', ['work'], 'Items done, told at each checkpoint'),
  itemsFailed: counter('items_failed', 'items', ['work'], 'Items that failed and were passed over'),
  itemsRevisited: counter(
    'items_revisited',
    'items',
    ['work'],
    'Items met again that were done already; they are among the processed or failed as well',
  ),
  checkpoints: counter(
    'checkpoints',
    'checkpoints',
    ['work', 'store'],
    'Checkpoints handed over, by where: heartbeat, history, or the name of a store',
  ),
  checkpointSeconds: {
    name: 'leftoff_checkpoint_seconds',
    kind: 'histogram',
    unit: 's',
    tags: ['work', 'store'],
    says: 'What handing a checkpoint over took: heartbeat: the call; redis, postgres: until it was kept; history: the way of a batch there and back, without its work',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  },
  storeFailures: counter(
    'store_failures',
    'failures',
    ['work', 'store'],
    'Times that a store could not be reached; each try counts',
  ),
  interruptions: counter('interruptions', 'interruptions', ['work', 'reason'], 'Stops that were no error'),
  resumptions: counter(
    'resumptions',
    'resumptions',
    ['work', 'source'],
    'Work picked up again after an interruption, an error or a lost worker, by where its checkpoint was kept',
  ),
  errors: counter(
    'errors',
    'errors',
    ['work', 'kind'],
    'Attempts that ended in an error: first, again (the same one at the same cursor), outage (no item’s fault)',
  ),
  iterationsCompleted: counter(
    'iterations_completed',
    'iterations',
    ['work'],
    'Iterations that came to their end',
  ),
  stepsStarted: counter('steps_started', 'steps', ['step'], 'Steps begun'),
  stepsResumed: counter('steps_resumed', 'steps', ['step'], 'Steps gone on with in another execution'),
  stepsSkipped: counter('steps_skipped', 'steps', ['step'], 'Steps found completed by another execution'),
  stepsCompleted: counter('steps_completed', 'steps', ['step'], 'Steps completed'),
  stepsFailed: counter('steps_failed', 'steps', ['step'], 'Steps whose body threw'),
  stepSeconds: {
    name: 'leftoff_step_seconds',
    kind: 'histogram',
    unit: 's',
    tags: ['step'],
    says: 'From a step’s beginning to its end, over all its executions',
    buckets: [0.1, 1, 10, 60, 300, 900, 3_600, 14_400, 86_400],
  },
  continuations: counter(
    'continuations',
    'executions',
    ['reason'],
    'Executions that a run went on from in another one, as new',
  ),
  historyEvents: {
    name: 'leftoff_history_events',
    kind: 'histogram',
    unit: 'events',
    tags: ['work'],
    says: 'How long a run’s history was at each of its checkpoints',
    buckets: [50, 100, 250, 500, 1_000, 1_500, 2_500, 5_000, 10_000, 25_000, 51_200],
  },
} as const satisfies Record<string, Metric>;

/** For the exporter's `histogramBucketOverrides`. */
export function histogramBuckets(): Record<string, number[]> {
  const all: readonly Metric[] = Object.values(metrics);
  return Object.fromEntries(all.flatMap(({ name, buckets }) => (buckets ? [[name, [...buckets]]] : [])));
}

function counter(name: string, unit: string, tags: readonly string[], says: string): Metric {
  return { name: `leftoff_${name}`, kind: 'counter', unit, tags, says };
}
