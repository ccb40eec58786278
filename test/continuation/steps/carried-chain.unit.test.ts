import { describe, expect, it } from 'vitest';
import { firstCheckpoint } from '../../../src/continuation/checkpoint.js';
import { type CarriedChain, readIteration } from '../../../src/continuation/steps/carried-chain.js';
import type { CarriedIteration } from '../../../src/continuation/steps/carried-iteration.js';
import { readContinuation } from '../../../src/continuation/steps/continuation.js';
import { RunLedger } from '../../../src/continuation/steps/run-ledger.js';
import { aBatch, throughJson } from '../some-checkpoints.js';

const chain: CarriedChain = { type: 'leftoff.chain', version: 1, chain: 'run/1', generation: 0 };
const retried: CarriedChain = { ...chain, generation: 1_000, lostSince: 1 };
const iteration: CarriedIteration = {
  type: 'leftoff.carried-iteration',
  version: 1,
  checkpoint: firstCheckpoint,
  executions: 2,
  fruitless: 0,
};

const batchIn = (ledger: RunLedger, step: string) => {
  ledger.startStep(step);
  return ledger.scheduleBatch();
};

describe('a child that is handed its chain', () => {
  it('begins as any run does, with stores and fence of that chain', () => {
    expect(batchIn(new RunLedger(chain, 'first-run-id'), 'bill')).toEqual({
      step: 'bill',
      cursor: null,
      chain: 'run/1',
      generation: 1,
      since: 1,
    });
  });

  it('and had begun before has newer batches than any of its lost run, and takes those for its own', () => {
    expect(batchIn(new RunLedger(retried), 'bill')).toMatchObject({
      chain: 'run/1',
      generation: 1_001,
      since: 1,
    });
  });

  it('takes nothing of the lost run for its own once a batch has reported', () => {
    const ledger = new RunLedger(retried);
    batchIn(ledger, 'bill');
    ledger.recordBatch(aBatch({ after: null, cursor: 10 }));

    expect(ledger.scheduleBatch()).toMatchObject({ cursor: 10, generation: 1_002, since: 1_002 });
  });

  it('knows of the lost run over continue-as-new, for the steps that it comes to', () => {
    const ledger = new RunLedger(retried);
    ledger.startStep('count');
    ledger.completeStep('count');
    const next = new RunLedger(throughJson(ledger.carry()));
    next.startStep('count');

    expect(batchIn(next, 'bill')).toMatchObject({ since: 1 });
  });

  it('may be an enumerator’s: then it has no place', () => {
    expect(readIteration(retried)).toEqual({ chain: 'run/1', generation: 1_000 });
  });
});

describe('what a failed run kept', () => {
  it('says from which generation on batches are not its own: those of a run that was lost after it', () => {
    const before = new RunLedger();
    batchIn(before, 'bill');
    before.recordBatch(aBatch({ after: null, cursor: 10 }));

    const retry = new RunLedger({ ...throughJson(before.keep()), generation: 1_000 });

    expect(batchIn(retry, 'bill')).toMatchObject({ cursor: 10, generation: 1_001, since: 2 });
  });
});

describe('a second argument', () => {
  it('that is null is nothing', () => {
    expect(readContinuation(null)).toMatchObject({ executions: 1, completed: [] });
    expect(readIteration(null)).toEqual({});
  });

  it('of the same pattern is taken as it is', () => {
    expect(readIteration(iteration)).toBe(iteration);
  });

  it.each<[string, string]>([
    ["'leftoff.carried-iteration' of version 1", JSON.stringify(iteration)],
    ["'leftoff.continuation' of version 3", '{"type":"leftoff.continuation","version":3}'],
    ['61', '61'],
    ['{"page":2}', '{"page":2}'],
  ])('that is none of a job’s is refused by what it is: %s', (came, carried) => {
    expect(() => readContinuation(JSON.parse(carried))).toThrow(
      `The Workflow was started with ${came} as its second argument, and takes a job's 'leftoff.continuation'`,
    );
  });

  it('of another pattern is refused by an enumerator’s run as well', () => {
    expect(() => readIteration(JSON.parse('{"type":"leftoff.continuation","version":2}'))).toThrow(
      "takes an enumerator's 'leftoff.carried-iteration'",
    );
  });
});
