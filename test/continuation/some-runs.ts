/**
 * Plays a job of three steps (count, process, report) against the ledger, without Temporal: any batches, continued as new
 * after any checkpoints. Keeps the events that such a run would leave in history.
 */
import fc from 'fast-check';
import type { Batch, RunResult } from '../../src/continuation/checkpoint.js';
import type { ProgressEvent } from '../../src/continuation/inspection/execution-history.js';
import { telling } from '../../src/continuation/selection.js';
import type { Continuation } from '../../src/continuation/steps/continuation.js';
import { RunLedger } from '../../src/continuation/steps/run-ledger.js';
import { aBatch, throughJson } from './some-checkpoints.js';

interface PlannedBatch {
  readonly kind: Batch['kind'];
  readonly processed: number;
  readonly failed: number;
  /** Items that another run had taken: passed, and not counted. */
  readonly passed: number;
  readonly revisited: number;
  readonly attempt: number;
}

export interface Script {
  readonly total: number;
  /** The last one finishes. */
  readonly batches: readonly PlannedBatch[];
}

const few = fc.nat(4);

function aPlannedBatch(kind: Batch['kind']): fc.Arbitrary<PlannedBatch> {
  const attempt = fc.oneof(
    { weight: 3, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.integer({ min: 2, max: 4 }) },
  );
  return fc
    .record({ kind: fc.constant(kind), processed: few, failed: few, passed: few, revisited: few, attempt })
    .map((batch) => ({ ...batch, revisited: Math.min(batch.revisited, batch.processed + batch.failed) }))
    .filter((batch) => kind !== 'advanced' || batch.processed + batch.failed > 0);
}

export const aScript: fc.Arbitrary<Script> = fc
  .tuple(
    fc.nat(100),
    fc.array(fc.oneof(aPlannedBatch('advanced'), aPlannedBatch('interrupted')), { maxLength: 12 }),
    aPlannedBatch('finished'),
  )
  .map(([total, batches, last]) => ({ total, batches: [...batches, last] }));

export interface PlayedRun {
  readonly result: RunResult;
  /** What each continue-as-new carried, and what a next one would. */
  readonly carries: readonly Continuation[];
  /** One list of events an execution. */
  readonly executions: readonly (readonly ProgressEvent[])[];
}

/** Thrown where a real run would be interrupted for good. */
class ContinuedAsNew extends Error {}

export function playScript(
  script: Script,
  options: { readonly cutAfterCheckpoints?: ReadonlySet<number> } = {},
): PlayedRun {
  const cuts = options.cutAfterCheckpoints ?? new Set();
  const carries: Continuation[] = [];
  const executions: ProgressEvent[][] = [];
  const left = [...script.batches];
  let checkpointsMet = 0;
  for (;;) {
    const carried = carries.at(-1);
    const ledger = new RunLedger(carried);
    const events: ProgressEvent[] = [started(carried)];
    executions.push(events);
    const checkpoint = () => {
      if (!ledger.advanced) return;
      checkpointsMet += 1;
      if (cuts.has(checkpointsMet)) throw new ContinuedAsNew();
    };
    try {
      playSteps(ledger, script.total, left, events, checkpoint);
    } catch (error) {
      if (!(error instanceof ContinuedAsNew)) throw error;
      carries.push(throughJson(ledger.carry()));
      continue;
    }
    return { result: ledger.result(null), carries: [...carries, ledger.carry()], executions };
  }
}

function playSteps(
  ledger: RunLedger,
  total: number,
  left: PlannedBatch[],
  events: ProgressEvent[],
  checkpoint: () => void,
): void {
  const step = (name: string, body: () => void) => {
    if (ledger.advanced) checkpoint();
    const start = ledger.startStep(name);
    if (start.kind === 'invalid') throw new Error(start.problem);
    if (start.kind === 'completed') return;
    body();
    ledger.completeStep(name, null);
  };
  step('count', () => events.push(activityCompleted(telling({ upTo: 61, total }))));
  ledger.expectTotal(total);
  step('process', () => {
    for (let planned = left.shift(); planned !== undefined; planned = left.shift()) {
      const batch = batchAfter(ledger, planned);
      events.push(activityCompleted(batch));
      ledger.recordBatch(batch);
      if (batch.kind !== 'finished') checkpoint();
    }
  });
  step('report', () => events.push(activityCompleted({ orders: 61, cents: 1, customers: 1 })));
}

function batchAfter(ledger: RunLedger, planned: PlannedBatch): Batch {
  const { kind, processed, failed, passed, revisited, attempt } = planned;
  const moved = processed + failed + passed;
  const cursor = typeof ledger.cursor === 'number' ? ledger.cursor : null;
  return aBatch({
    kind,
    cursor: moved === 0 ? cursor : (cursor ?? 0) + moved,
    counts: { processed, failed, revisited },
    attempt,
  });
}

const at = new Date('2026-01-02T03:04:05Z');

function started(carried: Continuation | undefined): ProgressEvent {
  return {
    kind: 'started',
    eventId: 1,
    at,
    args: [{}, carried],
    continuedFrom: 'previous',
    retryOf: null,
    chain: 'first',
  };
}

function activityCompleted(result: unknown): ProgressEvent {
  return { kind: 'activity completed', eventId: 7, at, scheduled: 5, result: throughJson(result) };
}
