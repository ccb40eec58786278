/** What each table says, and how it is computed from what was measured: texts and arithmetic, nothing measured. */
import type { MeasuredLane, TableName } from './measurement.js';
import { differences, ratios, type Spread, spreadOf } from './spread.js';

export interface Column {
  readonly title: string;
  /** `baseline`: measured in the same rounds, under the same settings and profile. */
  readonly cell: (lane: MeasuredLane, baseline: MeasuredLane | null) => string;
}

export interface TableText {
  readonly title: string;
  readonly about: string;
  /** Once for each of the dev server's settings, side by side. */
  readonly perSettings: readonly Column[];
  /** The same under both. */
  readonly once: readonly Column[];
  /** What depends on the dev server or on the machine. */
  readonly here: readonly string[];
  /** What doesn't. */
  readonly anywhere: readonly string[];
}

const nothing = '–';

const spreadCell = (spread: Spread | null, show: (value: number) => string): string => {
  if (spread === null) return nothing;
  const { median, lowest, highest, n } = spread;
  return n === 1 ? show(median) : `${show(median)} (${show(lowest)}–${show(highest)})`;
};

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const twoDigits = (value: number): string => value.toFixed(2);
const threeDigits = (value: number): string => value.toFixed(3);
const seconds = (ms: number): string => (ms / 1_000).toFixed(2);

const fact = (name: string, title: string): Column => ({
  title,
  cell: ({ facts }) => {
    const value = facts[name];
    return value === undefined ? nothing : whole(value);
  },
});

const perSecond: Column = {
  title: 'orders/s',
  cell: ({ ms, facts }) =>
    spreadCell(spreadOf(ms.map((each) => ((facts.orders ?? 0) * 1_000) / each)), whole),
};

const overBaseline: Column = {
  title: 'times its bare loop',
  cell: ({ ms }, baseline) =>
    baseline === null ? nothing : spreadCell(spreadOf(ratios(ms, baseline.ms)), threeDigits),
};

const perCheckpoint: Column = {
  title: 'ms a checkpoint',
  cell: ({ ms, facts }, baseline) => {
    const { checkpoints = 0 } = facts;
    if (baseline === null || checkpoints === 0) return nothing;
    return spreadCell(spreadOf(differences(ms, baseline.ms).map((each) => each / checkpoints)), threeDigits);
  },
};

const sampleSize: Column = { title: 'n', cell: ({ ms }) => String(ms.length) };
const against: Column = { title: 'measured against', cell: ({ baseline }) => baseline ?? nothing };

export const tableTexts: Readonly<Record<TableName, TableText>> = {
  throughput: {
    title: 'Throughput',
    about:
      'The same orders by the same SQL, in each lane and in its bare loop: without Temporal, and for a fenced lane (its checkpoints in Postgres) with a cursor row in each transaction, which one would write by hand. The worker, the client and the bare loop are one process. Before each lane the orders are set back, and the database is vacuumed.',
    // By time a lane keeps as many as its round trips allow, and these go with the settings.
    perSettings: [perSecond, overBaseline, fact('checkpoints', 'checkpoints')],
    once: [against, sampleSize],
    here: [
      'Orders a second: the disk decides how long a commit takes, the CPU how much of that the rest is.',
      'The step lanes at a short cadence: an Activity round trip is the server’s, and its own settings allow 20 a second.',
    ],
    anywhere: [
      'That fewer checkpoints cost less, and that a fence costs a statement in each transaction.',
      'A step’s checkpoints at a cadence by number: they follow from the number of orders. At `auto` they go with the time that orders and checkpoints take, and an enumerator’s with the clock in any case; those of the last round are told.',
    ],
  },
  'checkpoint-cost': {
    title: 'What one checkpoint costs',
    about:
      'The time of a lane less that of the lane it is measured against in the same round, divided by the checkpoints that it keeps more. The stores by themselves keep one checkpoint an item beside a small UPDATE, without Temporal; `grown`: with as many resumptions and skipped items as a checkpoint keeps at the most. A number below zero is less than can be measured here.',
    perSettings: [perCheckpoint],
    once: [against, fact('checkpoints', 'checkpoints'), fact('events', 'events'), sampleSize],
    here: [
      'An Activity round trip: the dev server keeps its state in SQLite on this machine; a server over a network adds that.',
      'A Postgres row: mostly a second statement and its commit, on this disk. Redis: a round trip on this machine.',
    ],
    anywhere: [
      'The order: a heartbeat costs least, an Activity round trip most.',
      'The stores by themselves know nothing of Temporal: where their numbers differ between the settings, that is noise.',
      'Events: a heartbeat and a store leave none, an Activity round trip does each time.',
    ],
  },
  recovery: {
    title: 'How soon it goes again',
    about:
      'From the signal that ends a worker to the next order done, by the ledger’s clock; a new worker is started as soon as the signal is sent. The timeouts are the profile’s (src/continuation/timing.ts).',
    perSettings: [{ title: 's to the next order', cell: ({ ms }) => spreadCell(spreadOf(ms), seconds) }],
    once: [
      fact('heartbeatTimeoutMs', 'heartbeat timeout, ms'),
      fact('workflowTaskTimeoutMs', 'Workflow Task timeout, ms'),
      fact('stickyTimeoutMs', 'sticky timeout, ms'),
      sampleSize,
    ],
    here: [
      'The worker’s start (most of what SIGTERM takes) goes with the CPU.',
      'The dev server’s own settings notice a timeout up to a second late.',
    ],
    anywhere: [
      'SIGKILL takes the heartbeat timeout, less the age of the last heartbeat: nobody can know earlier that the work is lost.',
      'SIGTERM waits for no timeout: the Activity returns its exact cursor.',
    ],
  },
  history: {
    title: 'History',
    about:
      'Events and bytes of history over all executions of a run, which continues as new at 1,000 events of its own.',
    perSettings: [
      fact('events', 'events'),
      { title: 'KiB', cell: ({ facts }) => twoDigits((facts.bytes ?? 0) / 1_024) },
      { title: 's', cell: ({ ms }) => spreadCell(spreadOf(ms), seconds) },
    ],
    once: [
      fact('checkpoints', 'checkpoints'),
      fact('executions', 'executions'),
      fact('mostEvents', 'most events of one'),
      sampleSize,
    ],
    here: [
      'The seconds. On a server that one cannot tune, each continue-as-new within a second waits for the rest of it.',
    ],
    anywhere: [
      'Events and bytes: a step’s grow with its checkpoints, six events each; an enumerator’s with neither orders nor checkpoints.',
      'No execution is longer than the limit, at any number of orders.',
    ],
  },
};
