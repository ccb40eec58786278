/** One execution of an Activity in Temporal's mock environment: as it would be on a worker, with a server that a test speaks for. */
import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Logger } from '@temporalio/worker';
import { observing } from '../iteration/attempt-observer.js';
import type { WatchedAttempt, Watching } from './observed-items.js';

export interface MockedAttempt {
  readonly workflowId: string;
  readonly activityType: string;
  readonly attempt: number;
  readonly heartbeatDetails: unknown;
  readonly logger: Logger;
}

/** What came of an execution; of a killed one, nothing does. */
export type MockedEnd<Outcome> =
  | { readonly kind: 'reported'; readonly outcome: Outcome }
  | { readonly kind: 'thrown'; readonly error: unknown }
  | { readonly kind: 'killed' };

/** The run id that is every played run's first. */
export const chain = 'first-execution';

const detailsOf = {
  WORKER_SHUTDOWN: { workerShutdown: true },
  CANCELLED: { cancelRequested: true },
  PAUSED: { paused: true },
  NOT_FOUND: { notFound: true },
} as const;

/** @returns its end, and the details of its last heartbeat, or those that it was given */
export async function mockExecution<Input, Outcome>(
  activity: (input: Input) => Promise<Outcome>,
  input: Input,
  {
    workflowId,
    activityType,
    attempt,
    heartbeatDetails,
    logger,
    observe,
  }: MockedAttempt & { readonly observe: (watching: Watching) => WatchedAttempt },
): Promise<{ readonly end: MockedEnd<Outcome>; readonly heartbeat: unknown }> {
  const environment = new MockActivityEnvironment(
    {
      activityType,
      attempt,
      heartbeatDetails: heartbeatDetails ?? undefined,
      workflowExecution: { workflowId, runId: chain },
    },
    { logger },
  );
  let heartbeat = heartbeatDetails;
  environment.on('heartbeat', (details: unknown) => {
    heartbeat = details;
  });
  let kill = (): void => undefined;
  const killed = new Promise<MockedEnd<Outcome>>((resolve) => {
    kill = () => resolve({ kind: 'killed' });
  });
  const observer = observe({
    killed: () => kill(),
    stop: (word) => environment.cancel(word, new ActivityCancellationDetails(detailsOf[word])),
  });
  const running = observing(observer, () =>
    environment.run<[Input], Outcome, typeof activity>(activity, input),
  ).then(
    (outcome): MockedEnd<Outcome> => ({ kind: 'reported', outcome }),
    (error: unknown): MockedEnd<Outcome> => ({ kind: 'thrown', error }),
  );
  const end = await Promise.race([running, killed]);
  return { end: observer.isKilled() ? { kind: 'killed' } : end, heartbeat };
}

/** What arrives on the other side of Temporal. */
export function throughJson(value: unknown): unknown {
  return value == null ? null : JSON.parse(JSON.stringify(value));
}
