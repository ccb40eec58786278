/** The lanes' numbers in two tables: what happened under the fault, and what the lane costs without one. */
import type { ComparedLane, Comparison } from '../compare/comparison.js';
import { type FactColumn, FactTable } from './fact-table.js';
import { bytes, count, duration, ratio, spreadWords } from './number-words.js';

type LaneColumn = FactColumn<ComparedLane>;

const isControl = ({ lane }: ComparedLane) => lane === 'none';

const underTheFault: readonly LaneColumn[] = [
  { title: 'took', kind: 'number', cell: (lane) => duration(lane.durationMs) },
  { title: 'struck at', kind: 'number', cell: (lane) => count(lane.killedAt) },
  { title: 'resumed after', kind: 'number', cell: (lane) => count(lane.resumedAfter) },
  {
    title: 'met again',
    kind: 'number',
    cell: (lane) => (
      <>
        {count(lane.revisited)}
        <small>{lane.revisitBound === null ? 'no bound' : `of at most ${count(lane.revisitBound)}`}</small>
      </>
    ),
    isBad: (lane) => lane.revisited > (lane.revisitBound ?? Number.POSITIVE_INFINITY),
  },
  {
    title: 'lost',
    kind: 'number',
    cell: (lane) => count(lane.lost),
    isBad: (lane) => !isControl(lane) && lane.lost > 0,
  },
  {
    title: 'doubled',
    kind: 'number',
    cell: (lane) => (
      <>
        {count(lane.doubled)}
        {isControl(lane) && <small>as expected of it</small>}
      </>
    ),
    isBad: (lane) => !isControl(lane) && lane.doubled > 0,
  },
  {
    title: 'going again',
    kind: 'number',
    cell: (lane) => (
      <>
        {duration(lane.recoveryMs)}
        <small>{spreadWords(lane.recoverySpread, duration)}</small>
      </>
    ),
  },
];

const whatItCosts: readonly LaneColumn[] = [
  { title: 'cadence', kind: 'words', cell: (lane) => lane.cadence },
  { title: 'checkpoints', kind: 'number', cell: (lane) => count(lane.checkpoints) },
  { title: 'each costs', kind: 'number', cell: (lane) => duration(lane.checkpointMs) },
  {
    title: 'time over its bare loop',
    kind: 'number',
    cell: (lane) => (
      <>
        {ratio(lane.overhead)}
        <small>{spreadWords(lane.overheadSpread, ratio)}</small>
        {lane.baseline !== 'bare loop' && <small>loop with a cursor row</small>}
      </>
    ),
  },
  {
    title: 'history',
    kind: 'number',
    cell: (lane) => (
      <>
        {count(lane.historyEvents)} events
        <small>
          {bytes(lane.historyBytes)} in{' '}
          {lane.executions === 1 ? '1 execution' : `${count(lane.executions)} executions`}
        </small>
      </>
    ),
  },
  { title: 'Redis writes', kind: 'number', cell: (lane) => count(lane.redisWrites) },
  { title: 'Postgres writes', kind: 'number', cell: (lane) => count(lane.postgresWrites) },
];

export function LaneTables({ comparison }: { readonly comparison: Comparison }) {
  const paying = comparison.lanes.flatMap(({ lane, payments }) => (payments ? { lane, ...payments } : []));
  const notes = comparison.lanes.filter(({ note }) => note !== null);
  const nameOf = ({ lane }: { readonly lane: string }) => lane;
  return (
    <>
      <FactTable
        label="Under the fault"
        caption="Under the fault"
        columns={underTheFault}
        rows={comparison.lanes}
        nameOf={nameOf}
      />
      <FactTable
        label="What it costs"
        caption="What it costs"
        columns={whatItCosts}
        rows={comparison.lanes}
        nameOf={nameOf}
      />
      {paying.length > 0 && (
        <FactTable
          label="Calls of the payment gateway"
          caption="Calls of the payment gateway"
          rows={paying}
          nameOf={nameOf}
          columns={[
            { title: 'idempotency key', kind: 'words', cell: ({ key }) => key },
            { title: 'calls', kind: 'number', cell: ({ calls }) => count(calls) },
            { title: 'deduplicated', kind: 'number', cell: ({ deduplicated }) => count(deduplicated) },
            {
              title: 'paid twice',
              kind: 'number',
              cell: ({ doubled }) => count(doubled),
              isBad: ({ doubled, key }) => doubled > 0 && key !== 'none',
            },
          ]}
        />
      )}
      {notes.map(({ lane, note }) => (
        <p key={lane}>
          <b>{lane}</b>: {note}
        </p>
      ))}
    </>
  );
}
