/** What each table says, and how it is computed from what was measured: texts and arithmetic, nothing measured. */
import type { MeasuredLane, PeerTable, TableName } from './measurement.js';
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

const secondsToNext: Column = {
  title: 's to the next order',
  cell: ({ ms }) => spreadCell(spreadOf(ms), seconds),
};

const sampleSize: Column = { title: 'n', cell: ({ ms }) => String(ms.length) };
const against: Column = { title: 'measured against', cell: ({ baseline }) => baseline ?? nothing };

const notMeasured =
  'job-iteration and ActiveJob::Continuation, which Leftoff’s two patterns are modelled on, need Ruby and are not measured here; nor are DBOS’ data sources, packages of their own whose transactions commit a step with its effect.';

const peerTexts: Readonly<Record<PeerTable, TableText>> = {
  peers: {
    title: 'Other engines: throughput',
    about: `The same orders by the same SQL, one a transaction, on other engines that npm carries. Each engine’s worker and ours are processes of their own, warm from the rounds before; the time is from the start of the run, with its jobs or its workflow yet to be created, until all is done and reported. BullMQ on the stack’s Redis, which keeps an append-only file and syncs it each second, as BullMQ advises: one job whose data are its cursor (\`updateData\`, its pattern of step jobs), and a job an order (added in bulks of 500, removed when done; \`concurrency\` 1, its default, and 10). DBOS with a system database on the orders’ PostgreSQL: a workflow that charges so many orders a step, and one that charges one. All settings are those that the engines come with. ${notMeasured}`,
    perSettings: [perSecond, overBaseline],
    once: [against, fact('checkpoints', 'checkpoints'), sampleSize],
    here: [
      'Orders a second: the disk decides how long a commit takes, and the cores, which the servers, the worker and the client share, what may run beside it.',
      'BullMQ’s and DBOS’ lanes know nothing of Temporal: where their numbers differ between the settings, that is noise.',
    ],
    anywhere: [
      'What is made durable, and where: a cursor in Redis, of which an outage can lose the last second; a row in PostgreSQL a step; an event in Temporal’s history a step, a heartbeat, or a row in the order’s own transaction.',
      'What a job or a step an order buys: its own retries, and (BullMQ) many at once. It is paid an order.',
    ],
  },
  'peers-recovery': {
    title: 'Other engines: kill -9 in mid-run',
    about: `A worker is killed (SIGKILL) right after an order’s commit and before its engine hears of it; a new one is started at once. The next order is any that is done after that; the end comes once the struck worker’s own is done with as well: with a job an order the others needn’t wait for it. All have the same guarded statement, by which a second visit charges nothing: \`doubled\` is that guard’s doing in every lane, and what an engine does again are the visits that the database counts. Profile \`production\`: our defaults beside the engines as they come (BullMQ: \`lockDuration\` and \`stalledInterval\` 30 s; DBOS: recovery at launch by the executor id \`local\`, its internal queue polled each second). Profile \`demo\`: ours with a heartbeat timeout of a second beside the engines made prompt (BullMQ: \`lockDuration\` 1 s, \`stalledInterval\` 0.5 s; DBOS: the workflow on a queue with \`minPollingIntervalMs\` 100). \`maxStalledCount\` is BullMQ’s default, 1: a job whose worker dies twice fails. ${notMeasured}`,
    perSettings: [secondsToNext],
    once: [
      {
        title: 's to the end',
        cell: ({ facts }) => (facts.wholeMs === undefined ? nothing : seconds(facts.wholeMs)),
      },
      fact('redone', 'done again, at most'),
      fact('lost', 'lost'),
      fact('doubled', 'doubled'),
      sampleSize,
    ],
    here: [
      'The start of a worker’s process is in each number, and goes with the CPU.',
      'The dev server’s own settings notice a timeout up to a second late: our lanes alone.',
    ],
    anywhere: [
      'Who waits for a timeout (Temporal a heartbeat’s, BullMQ a lock’s) can have the work taken over by any other worker. DBOS’ library waits for none: it recovers when an executor of the same id is launched, which somebody has to see to; its Conductor, a service, does that for several.',
      'What is done again: up to a cadence where the cursor is kept beside the work (in a heartbeat: what was done since the last that was sent), one order with a job or a step an order, none where the cursor is kept in the order’s own transaction.',
    ],
  },
};

export const tableTexts: Readonly<Record<TableName, TableText>> = {
  throughput: {
    title: 'Throughput',
    about:
      'The same orders by the same SQL, in each lane and in its bare loop: without Temporal, and for a fenced lane (its checkpoints in Postgres) with a cursor row in each transaction, which one would write by hand, each statement sent when the one before is answered. (The worker’s pool pipelines, so that a fenced lane goes fewer ways to the server than its bare loop, and has more to do there.) The worker, the client and the bare loop are one process. Before each lane the orders are set back, and the database is vacuumed.',
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
    perSettings: [secondsToNext],
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
  ...peerTexts,
};
