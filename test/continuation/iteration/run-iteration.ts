/** Runs attempts of an iteration over the items 0 to 9 in Temporal's mock environment. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { Checkpoint, IterationOutcome } from '../../../src/continuation/checkpoint.js';
import {
  type IterationDefinition,
  type IterationInput,
  iteration,
} from '../../../src/continuation/iteration/index.js';
import { heartbeatsOf, items, type NumberedWorkOptions, numberedWork } from './numbered-work.js';

export interface Attempt extends NumberedWorkOptions {
  readonly attempt?: number;
  readonly from?: Checkpoint | null;
  readonly input?: Partial<IterationInput<object>>;
  readonly heartbeatDetails?: unknown;
  readonly isOutage?: (error: unknown) => boolean;
  readonly environment?: MockActivityEnvironment;
  /** What the iteration has besides items. */
  readonly also?: Partial<Definition>;
}

type Definition = IterationDefinition<object, { upTo: number }, number, number, null>;

export const anEnvironment = (info: { attempt?: number; heartbeatDetails?: unknown } = {}) =>
  new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR', () => undefined) });

/** Runs one attempt of an Activity over the items 0 to 9. */
export async function runIteration(options: Attempt = {}) {
  const { attempt = 1, from = null, heartbeatDetails } = options;
  const environment = options.environment ?? anEnvironment({ attempt, heartbeatDetails });
  const heartbeats = heartbeatsOf(environment);
  const work = numberedWork(options);
  const selections: unknown[] = [];
  const activity = iteration<object, number, number, { upTo: number }>({
    select: async () => {
      selections.push({});
      return { selection: { upTo: items - 1 }, total: items };
    },
    buildEnumerator: () => work.numbers,
    eachIteration: work.visit,
    onComplete: async () => 'the report',
    ...(options.isOutage === undefined ? {} : { isOutage: options.isOutage }),
    ...options.also,
  });
  const running = environment.run<[IterationInput<object>], IterationOutcome<number>, typeof activity>(
    activity,
    { args: {}, from, ...options.input },
  );
  const end = await running.then(
    (outcome) => ({ outcome, error: null }),
    (error: unknown) => ({ outcome: null, error }),
  );
  return { ...end, visited: work.visited, heartbeats, selected: selections.length };
}

/** Runs one attempt that is cancelled for this reason while this item is in hand. */
export function runStoppedAt(
  at: number,
  reason: 'WORKER_SHUTDOWN' | 'CANCELLED' | 'PAUSED' | 'NOT_FOUND',
  options: Attempt = {},
) {
  const environment = anEnvironment({
    attempt: options.attempt ?? 1,
    heartbeatDetails: options.heartbeatDetails,
  });
  const during = (item: number) => {
    if (item === at) environment.cancel(reason);
  };
  return runIteration({ ...options, environment, during });
}
