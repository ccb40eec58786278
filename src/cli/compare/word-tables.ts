/** A comparison's tables as words in rows: the same for a terminal, for Markdown and for the page. Pure. */
import { describeBytes, describeMs, describeRatio, orDash } from './amounts.js';
import { judgeClaims } from './claims.js';
import type { ComparedLane, Comparison } from './comparison.js';
import { guarantees } from './guarantees.js';
import { qualities } from './qualities.js';

export interface WordTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The tables of numbers; those in which there is nothing to tell are left out. */
export function numberTables(comparison: Comparison): WordTable[] {
  const { lanes } = comparison;
  return [
    underTheFault(comparison),
    ...(lanes.some(({ recovery }) => recovery !== null) ? [goingAgain(lanes)] : []),
    whatItCosts(comparison),
    ...(lanes.some(({ payments }) => payments !== null) ? [atTheGateway(lanes)] : []),
  ];
}

function underTheFault({ fault, at, lanes }: Comparison): WordTable {
  return {
    title: fault === 'none' ? 'Without a fault' : `Under the fault: ${fault} at order ${at}`,
    columns: ['lane', 'took', 'struck at', 'resumed after', 'met again', 'doubled', 'lost', 'going again'],
    rows: lanes.map((lane) => [
      lane.lane,
      describeMs(lane.durationMs),
      orDash(lane.killedAt),
      orDash(lane.resumedAfter),
      `${lane.revisited}${lane.revisitBound === null ? '' : ` ≤ ${lane.revisitBound}`}`,
      String(lane.doubled),
      String(lane.lost),
      orDash(lane.recoveryMs, describeMs),
    ]),
  };
}

function goingAgain(lanes: readonly ComparedLane[]): WordTable {
  const repeated = lanes.some(({ recoverySpread }) => (recoverySpread?.n ?? 0) > 1);
  return {
    title: 'Going again, along the clock since the fault',
    columns: [
      ...['lane', 'noticed', 'worker there', 'had the work', 'first effect'],
      ...(repeated ? ['from … to'] : []),
    ],
    rows: lanes.map(({ lane, recovery, recoverySpread }) => [
      lane,
      orDash(recovery?.detectedMs ?? null, describeMs),
      orDash(recovery?.workerReadyMs ?? null, describeMs),
      orDash(recovery?.dispatchedMs ?? null, describeMs),
      orDash(recovery?.firstEffectMs ?? null, describeMs),
      ...(repeated
        ? [orDash(recoverySpread, ({ lowest, highest }) => `${describeMs(lowest)} … ${describeMs(highest)}`)]
        : []),
    ]),
  };
}

function whatItCosts({ lanes, priceOrders }: Comparison): WordTable {
  const measured =
    priceOrders === undefined ? 'overhead not measured' : `overhead over ${priceOrders} orders`;
  return {
    title: `What it costs: ${measured}; the rest of the run under the fault`,
    columns: ['lane', 'overhead', 'checkpoints', 'a checkpoint', 'events', 'history', 'Redis', 'Postgres'],
    rows: lanes.map((lane) => [
      lane.lane,
      `${withSpread(lane.overheadSpread, describeRatio)}${lane.overhead !== null && lane.baseline !== 'bare loop' ? ' *' : ''}`,
      String(lane.checkpoints),
      orDash(lane.checkpointMs, describeMs),
      String(lane.historyEvents),
      describeBytes(lane.historyBytes),
      String(lane.redisWrites),
      String(lane.postgresWrites),
    ]),
  };
}

/** Below the table of costs. */
export const costsNote =
  'overhead: times the bare loop, the same SQL without Temporal; *: times the bare loop with a cursor row in its transaction. Redis, Postgres: commands and rows written to keep checkpoints.';

function atTheGateway(lanes: readonly ComparedLane[]): WordTable {
  return {
    title: 'At the payment gateway, outside of every transaction',
    columns: ['lane', 'key', 'calls', 'deduplicated', 'paid twice'],
    rows: lanes.flatMap(({ lane, payments }) =>
      payments === null
        ? []
        : [
            [
              ...[lane, payments.key, String(payments.calls)],
              ...[String(payments.deduplicated), String(payments.doubled)],
            ],
          ],
    ),
  };
}

export function qualityTable(): WordTable {
  return {
    title: 'What can’t be measured',
    columns: ['', 'ActiveJob::Continuation', 'job-iteration', 'step', 'enumerator'],
    rows: qualities.map(({ row, continuation, jobIteration, step, enumerator }) => [
      ...[row, continuation, jobIteration, step, enumerator],
    ]),
  };
}

export function claimTable(lanes: readonly ComparedLane[]): WordTable {
  return {
    title: 'What a checkpoint is said to cost, and what it cost here',
    columns: ['said', 'lane', 'measured', ''],
    rows: judgeClaims(lanes).map(({ claim, lane, measured, verdict }) => [claim, lane, measured, verdict]),
  };
}

export function guaranteeTable(): WordTable {
  return {
    title: 'What each lane guarantees',
    columns: ['lane', 'durable', 'met again after a lost attempt, at the most', 'what breaks it', 'held by'],
    rows: guarantees.map(({ lane, durable, bound, breaks, heldBy }) => [
      ...[lane, durable, bound, breaks],
      heldBy.map(({ title }) => title).join('; '),
    ]),
  };
}

/** `1.2 s`, or with its ends where there are several: `1.2 s (1.1 s to 1.4 s)`. */
function withSpread(spread: ComparedLane['recoverySpread'], describe: (value: number) => string): string {
  if (spread === null) return '–';
  const { median, lowest, highest, n } = spread;
  return n === 1 ? describe(median) : `${describe(median)} (${describe(lowest)} to ${describe(highest)})`;
}
