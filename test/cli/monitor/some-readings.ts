/** Readings of the monitor, for its tests: usual ones, to be changed by what a test is about, and any at all. */
import fc from 'fast-check';
import type {
  Reading,
  Readings,
  RunRead,
  RunsRead,
  WorkerRead,
  WorkersRead,
} from '../../../src/cli/monitor/readings.js';

/** Every reading's time, in milliseconds since the epoch. */
export const nowMs = Date.parse('2026-11-28T20:00:00Z');

export function told<T>(value: T): Reading<T> {
  return { kind: 'told', told: { value, atMs: nowMs } };
}

export function away<T>(before: Reading<T>): Reading<T> {
  const last = before.kind === 'told' ? before.told : null;
  return { kind: 'away', why: { kind: 'silent', words: 'It does not answer' }, last };
}

export const aRun: RunRead = {
  workflowId: 'orders-step-3',
  pattern: 'step',
  job: 'process-orders',
  store: 'heartbeat',
  state: 'running',
  open: true,
  cursor: 23,
  processed: 22,
  failed: 1,
  revisited: 0,
  total: 61,
  perSecond: 2.5,
  resumptions: 0,
  lastResumption: null,
  checkpoint: { source: 'history', atMs: nowMs - 400 },
  startedAtMs: nowMs - 10_000,
  cadence: null,
  closedAtMs: null,
  failure: null,
  attempt: { number: 1, state: 'under way', lastFailure: null },
  partitions: null,
  storesAway: [],
};

export const aWorker: WorkerRead = {
  pid: 4211,
  identity: '4211@here',
  startedAtMs: nowMs - 60_000,
  frozen: false,
  elsewhere: null,
};

export function runs(...some: readonly RunRead[]): Reading<RunsRead> {
  const open = some.filter((run) => run.open).length;
  return told({ runs: some, open, workersElsewhere: [], underWay: {} });
}

export function workers(
  running: readonly WorkerRead[],
  lost: readonly WorkerRead[] = [],
): Reading<WorkersRead> {
  return told({ running, lost });
}

export const allWell: Readings = {
  orders: told({ total: 100, pending: 61, processed: 19, failed: 20 }),
  runs: runs(aRun),
  redis: told('answers' as const),
  workers: workers([aWorker]),
};

/** What comes from outside may hold anything. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('orders-step-3', '注文-ステップ', 'line\nbreak', '\x1b[31mred\x1b[0m', 'é́́', '👩‍👩‍👧'),
);
const anyCount = fc.integer({ min: 0, max: 2_000_000 });
const anyTime = fc.integer({ min: 0, max: nowMs * 2 });

const anyRun: fc.Arbitrary<RunRead> = fc.record({
  workflowId: anyText,
  pattern: anyText,
  job: fc.oneof(anyText, fc.constantFrom('process-orders', 'generate-reports', 'import-orders')),
  store: fc.constantFrom('heartbeat', 'redis', 'postgres'),
  state: fc.oneof(
    anyText,
    fc.constantFrom('running', 'pausing', 'paused', 'unpausing', 'cancelling', 'failed'),
  ),
  open: fc.boolean(),
  cursor: fc.oneof(fc.integer(), anyText, fc.constant(null), fc.array(fc.integer())),
  processed: anyCount,
  failed: anyCount,
  revisited: anyCount,
  total: fc.option(anyCount),
  perSecond: fc.option(fc.double({ min: 0, max: 100_000, noNaN: true })),
  resumptions: anyCount,
  lastResumption: fc.constant(null),
  checkpoint: fc.option(fc.record({ source: anyText, atMs: fc.option(anyTime) })),
  cadence: fc.option(
    fc.record({
      everyMs: anyCount,
      items: fc.option(fc.integer({ min: 1, max: 1_000_000 })),
      itemMs: fc.option(fc.double({ min: 0, max: 100_000, noNaN: true })),
      checkpointMs: fc.option(fc.double({ min: 0, max: 100_000, noNaN: true })),
      overhead: fc.option(fc.double({ min: 0, max: 10, noNaN: true })),
    }),
  ),
  startedAtMs: anyTime,
  closedAtMs: fc.option(anyTime),
  failure: fc.option(anyText),
  attempt: fc.option(
    fc.record({
      number: fc.integer({ min: 1, max: 99 }),
      state: fc.constantFrom('under way', 'waiting', 'paused'),
      lastFailure: fc.option(anyText),
    }),
  ),
  partitions: fc.option(fc.record({ done: anyCount, all: anyCount })),
  storesAway: fc.constantFrom([], ['postgres']),
});

const anyWorker: fc.Arbitrary<WorkerRead> = fc.record({
  pid: fc.integer({ min: 1, max: 4_000_000 }),
  identity: anyText,
  startedAtMs: anyTime,
  frozen: fc.boolean(),
  elsewhere: fc.option(anyText),
});

function anyReading<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Reading<T>> {
  const anyTold = fc.record({ value, atMs: anyTime });
  const why = fc.record({
    kind: fc.constantFrom('not running' as const, 'silent' as const),
    words: anyText,
  });
  return fc.oneof(
    fc.constant({ kind: 'not asked yet' as const }),
    fc.record({ kind: fc.constant('told' as const), told: anyTold }),
    fc.record({ kind: fc.constant('away' as const), why, last: fc.option(anyTold) }),
  );
}

const anySnapshot = fc.record({ total: anyCount, pending: anyCount, processed: anyCount, failed: anyCount });

export const anyReadings: fc.Arbitrary<Readings> = fc.record({
  orders: anyReading(fc.option(anySnapshot)),
  runs: anyReading(
    fc.record({
      runs: fc.array(anyRun, { maxLength: 25 }),
      open: fc.integer({ min: 0, max: 200 }),
      workersElsewhere: fc.array(anyText, { maxLength: 5 }),
      underWay: fc.dictionary(anyText, anyCount, { maxKeys: 3 }),
    }),
  ),
  redis: anyReading(fc.constant('answers' as const)),
  workers: anyReading(
    fc.record({
      running: fc.array(anyWorker, { maxLength: 8 }),
      lost: fc.array(anyWorker, { maxLength: 3 }),
    }),
  ),
});

export const anyEvents = fc.array(
  fc.record({
    at: fc.constant(new Date(nowMs).toISOString()),
    words: anyText,
    tone: fc.constantFrom('good' as const, 'bad' as const, 'plain' as const),
  }),
  { maxLength: 40 },
);
