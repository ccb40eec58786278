/**
 * All settings that decide how soon a run is going again, and what that costs, in one place: the two profiles side by side.
 *
 * `production` is what one would deploy, and the default. `demo` is tuned for the stage: a killed worker's run is going
 * again within a second or two, at the price of more heartbeats and more Workflow Tasks that time out on a slow machine.
 */
export interface Timing {
  readonly profile: 'demo' | 'production';
  /** An Activity that is silent for this long counts as lost. SIGKILL to the retry takes this long at the least. */
  readonly heartbeatTimeoutMs: number;
  /** Heartbeats reach the server at most this often, and a cancellation reaches the Activity this late. */
  readonly heartbeatThrottleMs: number;
  /** The first wait before a retry; doubles up to `retryMaximumMs`. */
  readonly retryInitialMs: number;
  readonly retryMaximumMs: number;
  /** How long a Workflow Task waits for a dead worker's sticky queue before any worker may take it. */
  readonly stickyTimeoutMs: number;
  /** How long a Workflow Task that was handed to a worker may stay unanswered; a replay must fit well inside. */
  readonly workflowTaskTimeoutMs: number;
  /** A statement that the database has not answered by then counts as an outage: it is given up, and tried again. */
  readonly queryTimeoutMs: number;
  /** After SIGTERM the item in hand has this long to end. */
  readonly shutdownMs: number;
  /** Continue as new at this many events of history: well before the server suggests it at 4,096, so that a replay stays short. */
  readonly historyLimit: number;
}

export const production: Timing = {
  profile: 'production',
  heartbeatTimeoutMs: 10_000,
  heartbeatThrottleMs: 2_000,
  retryInitialMs: 500,
  retryMaximumMs: 30_000,
  stickyTimeoutMs: 2_000,
  workflowTaskTimeoutMs: 10_000,
  queryTimeoutMs: 60_000,
  shutdownMs: 25_000,
  historyLimit: 1_000,
};

export const demo: Timing = {
  profile: 'demo',
  heartbeatTimeoutMs: 1_000,
  heartbeatThrottleMs: 200,
  retryInitialMs: 50,
  retryMaximumMs: 2_000,
  stickyTimeoutMs: 100,
  workflowTaskTimeoutMs: 1_000,
  queryTimeoutMs: 10_000,
  shutdownMs: 8_000,
  historyLimit: 1_000,
};

export const timings = { demo, production } as const;
