/** Comparisons for tests of the page: of the size and the shape that a quick one has, with numbers that were made up. */
import type { ComparedLane, Comparison, ProgressPoint } from '../../../src/cli/compare/comparison.js';
import type { LaneName } from '../../../src/cli/compare/lanes.js';
import type { HistoryPoint, ReportExtras } from '../../../src/cli/report/report-extras.js';

const orders = 61;
const itemMs = 60;
const at = 23;

interface Course {
  readonly startedMs: number;
  readonly recoveryMs: number;
  readonly resumedAfter: number;
}

/** Order by order up to the fault, nothing for a while, those after the checkpoint again, and the rest. */
function progressOf({ startedMs, recoveryMs, resumedAfter }: Course): ProgressPoint[] {
  const before = Array.from({ length: at + 1 }, (_, done) => ({
    atMs: startedMs + done * itemMs,
    done,
    revisited: 0,
  }));
  const struckMs = startedMs + at * itemMs;
  const after = Array.from({ length: orders - resumedAfter }, (_, index) => {
    const order = resumedAfter + 1 + index;
    return {
      atMs: struckMs + recoveryMs + index * itemMs,
      done: Math.max(at, order),
      revisited: Math.min(at, order) - resumedAfter,
    };
  });
  const still = { atMs: struckMs + recoveryMs - itemMs, done: at, revisited: 0 };
  return [{ atMs: 0, done: 0, revisited: 0 }, ...before, still, ...after];
}

export function aLane(lane: LaneName, facts: Partial<ComparedLane> & Partial<Course> = {}): ComparedLane {
  const { startedMs = 180, ...told } = facts;
  const recoveryMs = told.recoveryMs ?? 1240;
  const resumedAfter = told.resumedAfter ?? at;
  const progress = progressOf({ startedMs, recoveryMs, resumedAfter });
  return {
    durationMs: (progress.at(-1)?.atMs ?? 0) + 90,
    overhead: 1.03,
    overheadSpread: { median: 1.03, lowest: 0.99, highest: 1.08, n: 5 },
    baseline: 'bare loop',
    checkpoints: 13,
    checkpointMs: 8.7,
    cadence: 'every 5 orders',
    killedAt: at,
    faultMs: startedMs + at * itemMs,
    revisited: at - resumedAfter,
    revisitBound: 5,
    doubled: 0,
    lost: 0,
    recoverySpread: null,
    recovery: { detectedMs: 215, workerReadyMs: 905, dispatchedMs: 1105, firstEffectMs: recoveryMs },
    historyEvents: 101,
    historyBytes: 21_400,
    executions: 1,
    redisWrites: 0,
    postgresWrites: 0,
    payments: null,
    words: [],
    progress,
    note: null,
    ...told,
    lane,
    recoveryMs,
    resumedAfter,
  };
}

const heartbeatRecovery = { detectedMs: 1180, workerReadyMs: 890, dispatchedMs: 1290, firstEffectMs: 1420 };

export function aComparison(facts: Partial<Comparison> = {}): Comparison {
  return {
    fault: 'sigkill',
    faultTitle: 'the worker is killed hard, right after an order was committed; another is started at once',
    at,
    seed: 7,
    orders,
    itemMs,
    repeat: 5,
    profile: 'demo',
    settings: 'tuned',
    measuredAt: '2026-11-29T07:00:00Z',
    commit: '60b81ba',
    command: 'npx leftoff compare --fault sigkill --at 23 --seed 7 --repeat 5 --report comparison.html',
    machine: { cpu: 'Example CPU at 2.6 GHz', cores: 2, memoryGb: 8, platform: 'linux x64' },
    versions: {
      leftoff: '0.1.0',
      node: '20.20.2',
      sdk: '1.24.0',
      temporal: '1.32.0',
      postgres: '18.1',
      redis: '7.2.4',
    },
    ok: true,
    lanes: [
      aLane('none', {
        overhead: null,
        overheadSpread: null,
        checkpoints: 0,
        checkpointMs: null,
        cadence: 'none',
        resumedAfter: 0,
        revisitBound: null,
        doubled: 23,
        recoveryMs: 1390,
        recovery: { ...heartbeatRecovery, firstEffectMs: 1390 },
        historyEvents: 11,
        historyBytes: 2_310,
      }),
      aLane('step', { resumedAfter: 20 }),
      aLane('step/postgres', {
        overhead: 1.05,
        overheadSpread: { median: 1.05, lowest: 1.01, highest: 1.11, n: 5 },
        baseline: 'bare loop with a cursor row',
        checkpointMs: 8.9,
        revisitBound: 0,
        recoveryMs: 1310,
        recovery: { detectedMs: 220, workerReadyMs: 930, dispatchedMs: 1150, firstEffectMs: 1310 },
        postgresWrites: 61,
      }),
      aLane('enumerator/heartbeat', {
        overhead: 1.01,
        overheadSpread: { median: 1.01, lowest: 0.97, highest: 1.04, n: 5 },
        checkpointMs: null,
        resumedAfter: 19,
        revisitBound: 18,
        recoveryMs: 1420,
        recovery: heartbeatRecovery,
        checkpoints: 14,
        historyEvents: 11,
        historyBytes: 2_480,
      }),
      aLane('enumerator/redis', {
        overhead: 1.02,
        overheadSpread: { median: 1.02, lowest: 0.98, highest: 1.06, n: 5 },
        checkpointMs: 0.062,
        resumedAfter: 22,
        recoveryMs: 1450,
        recovery: { ...heartbeatRecovery, firstEffectMs: 1450 },
        historyEvents: 11,
        historyBytes: 2_480,
        redisWrites: 14,
      }),
      aLane('enumerator/postgres', {
        overhead: 1.04,
        overheadSpread: { median: 1.04, lowest: 1.0, highest: 1.09, n: 5 },
        baseline: 'bare loop with a cursor row',
        checkpointMs: 0.22,
        revisitBound: 0,
        recoveryMs: 1440,
        recovery: { ...heartbeatRecovery, firstEffectMs: 1440 },
        checkpoints: 62,
        cadence: 'every order',
        historyEvents: 11,
        historyBytes: 2_480,
        postgresWrites: 62,
      }),
    ],
    verdict: [
      'Few, heavy steps whose progress is to be audited: step. Its checkpoint costs 8.7 ms here, and 101 events of history.',
      'Many small items: enumerator/heartbeat. Its checkpoints cost too little to be measured here; 4 orders were met again, of at most 18.',
      'Nothing met again at all: enumerator/postgres, at 220 µs a checkpoint.',
    ],
    ...facts,
  };
}

const sizes = [100, 1_000, 10_000, 100_000, 1_000_000];

export const someExtras: ReportExtras = {
  historyGrowth: sizes.flatMap((items): HistoryPoint[] => {
    const stepEvents = 11 + 6 * Math.max(1, items / 1000);
    return [
      {
        lane: 'step',
        items,
        events: stepEvents,
        bytes: stepEvents * 210,
        executions: Math.ceil(stepEvents / 1000),
      },
      { lane: 'enumerator/heartbeat', items, events: 11, bytes: 2_480, executions: 1 },
    ];
  }),
  tables: [
    {
      title: 'What each lane guarantees',
      columns: ['', 'durable', 'bound on what is met again', ''],
      rows: [
        [
          'step',
          'the cursor with each batch, in Workflow history',
          'one batch',
          'an effect without its guard',
        ],
        [
          'enumerator/postgres',
          'the cursor with each transaction',
          '0',
          'an effect outside of the transaction',
        ],
      ],
    },
  ],
  notClaimed: [
    'Temporal Cloud: nothing here ran on it.',
    'The loss of a disk: servers are killed, their files stay.',
  ],
  dependence: {
    onThisStand: ['every time: of the runs, of a recovery, of a checkpoint'],
    onNothingHere: ['lost 0 and doubled 0: counted by SQL over an append-only ledger'],
  },
};
