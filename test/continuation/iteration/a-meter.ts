/** What an attempt counted and measured, as its library told it to Temporal's metric meter. */
import { type MetricMeter, type MetricTags, noopMetricMeter } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';

export interface Told {
  readonly name: string;
  readonly value: number;
  /** The library's own: the SDK adds namespace, task queue and the Activity's type. */
  readonly tags: MetricTags;
}

const ownTags = ['pattern', 'iteration', 'step', 'store', 'reason', 'source', 'kind'];

export interface ListeningEnvironment {
  readonly environment: MockActivityEnvironment;
  readonly counted: Told[];
  readonly measured: Told[];
  /** Lines of the library's, not the SDK's. */
  said(): ({ readonly message: string } & Record<string, unknown>)[];
}

/** An Activity's environment that keeps what is told in it. */
export function listening(
  info: { attempt?: number | undefined; heartbeatDetails?: unknown; activityType?: string } = {},
): ListeningEnvironment {
  const entries: LogEntry[] = [];
  const counted: Told[] = [];
  const measured: Told[] = [];
  const keep =
    (where: Told[], name: string) =>
    (value: number, tags: MetricTags = {}) => {
      const own = Object.fromEntries(Object.entries(tags).filter(([tag]) => ownTags.includes(tag)));
      where.push({ name, value, tags: own });
    };
  const metricMeter: MetricMeter = {
    createGauge: (...args) => noopMetricMeter.createGauge(...args),
    withTags: () => metricMeter,
    createCounter: (...args) => ({
      ...noopMetricMeter.createCounter(...args),
      add: keep(counted, args[0]),
    }),
    createHistogram: (...args) => ({
      ...noopMetricMeter.createHistogram(...args),
      record: keep(measured, args[0]),
    }),
  };
  const { attempt = 1, ...more } = info;
  const environment = new MockActivityEnvironment(
    { attempt, ...more },
    { logger: new DefaultLogger('INFO', (entry) => entries.push(entry)), metricMeter },
  );
  return {
    environment,
    counted,
    measured,
    said: () =>
      entries
        .filter(({ meta }) => meta?.sdkComponent === 'activity')
        .map(({ message, meta }) => ({ ...meta, message })),
  };
}

/** The sum of a counter over all that was told of it with these tags. */
export function sumOf(
  told: readonly Told[],
  { name }: { readonly name: string },
  tags: MetricTags = {},
): number {
  return told
    .filter((each) => each.name === name)
    .filter((each) => Object.entries(tags).every(([tag, value]) => each.tags[tag] === value))
    .reduce((sum, { value }) => sum + value, 0);
}
