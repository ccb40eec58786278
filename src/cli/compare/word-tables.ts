/** A comparison's tables as words in rows: the same for a terminal, for Markdown and for the page. Pure. */
import type { WordTable } from '../report/report-extras.js';
import { describeBytes, describeMs, describeRatio, orDash } from './amounts.js';
import { judgeClaims } from './claims.js';
import type { ComparedLane, Comparison } from './comparison.js';
import { guarantees } from './guarantees.js';
import { qualities } from './qualities.js';

/** The tables of numbers; those in which there is nothing to tell are left out. */
export function numberTables(comparison: Comparison): WordTable[] {
  const { lanes } = comparison;
  return [
    underTheFault(comparison),
    ...(lanes.some(({ recovery }) => recovery !== null) ? [goingAgain(lanes)] : []),
    whatWasKept(lanes),
    ...(lanes.some(({ payments }) => payments !== null) ? [atTheGateway(lanes)] : []),
  ];
}

/** Null where that was not measured. */
export function costTable(comparison: Comparison): WordTable | null {
  return comparison.priceOrders === undefined ? null : atFullSpeed(comparison);
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

function atFullSpeed({ lanes, priceOrders }: Comparison): WordTable {
  const repeated = lanes.some(({ overheadSpread }) => (overheadSpread?.n ?? 0) > 1);
  return {
    title: `What it costs at full speed, without a fault: ${priceOrders ?? 0} orders`,
    columns: ['lane', 'overhead', ...(repeated ? ['from … to'] : []), 'a checkpoint', 'measured against'],
    rows: lanes.map(({ lane, overhead, overheadSpread, checkpointMs, baseline }) => [
      lane,
      orDash(overhead, describeRatio),
      ...(repeated
        ? [
            orDash(
              overheadSpread,
              ({ lowest, highest }) => `${describeRatio(lowest)} … ${describeRatio(highest)}`,
            ),
          ]
        : []),
      orDash(checkpointMs, describeMs),
      baseline,
    ]),
  };
}

/** Below the table of costs. */
export const costsNote =
  'Timed from the first order charged to the last: the start of a run is not in it. The bare loop is the same SQL without Temporal; with a cursor row, one in each of its transactions. A checkpoint is what the lane took longer, by the number of its checkpoints.';

function whatWasKept(lanes: readonly ComparedLane[]): WordTable {
  return {
    title: 'What was kept in the run under the fault',
    columns: [
      ...['lane', 'checkpoints', 'events', 'history', 'executions', 'Redis writes', 'Postgres writes'],
    ],
    rows: lanes.map((lane) => [
      lane.lane,
      String(lane.checkpoints),
      String(lane.historyEvents),
      describeBytes(lane.historyBytes),
      String(lane.executions),
      orDash(lane.redisWrites),
      orDash(lane.postgresWrites),
    ]),
  };
}

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
    title: 'What a checkpoint is said to cost, and the most that it cost here',
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
