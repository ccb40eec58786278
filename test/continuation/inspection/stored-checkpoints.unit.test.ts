import { describe, expect, it } from 'vitest';
import { type Batch, noCounts } from '../../../src/continuation/checkpoint.js';
import { encodeCursor, type JsonValue } from '../../../src/continuation/cursor.js';
import {
  foldProgress,
  nothingYet,
  type Standing,
} from '../../../src/continuation/inspection/fold-progress.js';
import { withStored } from '../../../src/continuation/inspection/stored-checkpoints.js';
import { RunLedger } from '../../../src/continuation/steps/run-ledger.js';
import { aBatch, aCheckpoint, throughJson } from '../some-checkpoints.js';

const at = new Date('2026-01-02T03:04:05Z');

const afterBatch = (standing: Standing, batch: Batch): Standing =>
  foldProgress(standing, { kind: 'activity completed', eventId: 7, at, result: batch }, 'run-1');

const processed = (items: number) => ({ ...noCounts, processed: items });

/** What a step's batch keeps in a store while it is under way. */
const inStore = (step: string, mark: { generation: number; after: JsonValue }, cursor: number) => ({
  store: 'postgres',
  chain: 'run-1',
  name: step,
  checkpoint: aCheckpoint({
    cursor: encodeCursor(cursor),
    counts: processed(3),
    selection: mark,
    sequence: 3,
  }),
  at,
});

/** The first step has ended: its only batch was the run's first. */
const firstStepDone = afterBatch(
  nothingYet,
  aBatch({ kind: 'finished', after: null, cursor: 50, counts: processed(50), generation: 1 }),
);

describe('a batch under way, as its store keeps it', () => {
  it('stands on top of what history has', () => {
    const afterOne = afterBatch(
      nothingYet,
      aBatch({ after: null, cursor: 10, counts: processed(10), generation: 1 }),
    );

    const seen = withStored(afterOne, inStore('process', { generation: 2, after: 10 }, 13), 'run-1');

    expect(seen).toMatchObject({
      cursor: 13,
      counts: processed(13),
      latest: { source: 'postgres', eventId: null },
    });
  });

  it('is seen in a later step’s first batch too, which starts where no batch before ended', () => {
    const seen = withStored(firstStepDone, inStore('report', { generation: 2, after: null }, 3), 'run-1');

    expect(seen).toMatchObject({ cursor: 3, counts: processed(53), latest: { source: 'postgres' } });
  });

  it('that has reported since is in history, and counts once', () => {
    const stale = inStore('process', { generation: 1, after: null }, 40);

    expect(withStored(firstStepDone, stale, 'run-1')).toBe(firstStepDone);
  });

  it('that lost its report and goes on in the next generation is still under way', () => {
    const ledger = new RunLedger();
    ledger.startStep('process');
    ledger.scheduleBatch();
    ledger.recordBatch(aBatch({ after: null, cursor: 10, counts: processed(10), generation: 1 }));
    ledger.scheduleBatch();
    const carried = throughJson(ledger.carry('error after progress'));
    const args = [{}, carried];
    const next = foldProgress(
      nothingYet,
      { kind: 'started', continuedFrom: 'run-0', chain: 'run-0', eventId: 1, at, args },
      'run-1',
    );

    const seen = withStored(next, inStore('process', { generation: 2, after: 10 }, 13), 'run-1');

    expect(seen).toMatchObject({ cursor: 13, counts: processed(13) });
  });

  it('is known by its start where a release before wrote the history', () => {
    const before = afterBatch(nothingYet, aBatch({ after: null, cursor: 10, counts: processed(10) }));

    expect(withStored(before, inStore('process', { generation: 2, after: 10 }, 13), 'run-1')).toMatchObject({
      cursor: 13,
    });
    expect(withStored(before, inStore('process', { generation: 1, after: null }, 7), 'run-1')).toBe(before);
  });
});
