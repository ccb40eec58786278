import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../src/continuation/checkpoint.js';
import { nothingYet, type Standing } from '../../../src/continuation/inspection/fold-progress.js';
import { withLive } from '../../../src/continuation/inspection/read-run.js';
import type { RecordedCheckpoint } from '../../../src/continuation/inspection/run-state.js';
import { aCheckpoint } from '../some-checkpoints.js';

const at = new Date('2026-01-02T03:04:05Z');
const counts = { processed: 23, failed: 0, revisited: 0 };
const inHistory: RecordedCheckpoint = {
  source: 'interruption',
  cursor: 23,
  counts,
  total: 61,
  at,
  runId: 'run-1',
  eventId: 12,
};
const interruptedAt23: Standing = { ...nothingYet, cursor: 23, sequence: 23, counts, latest: inHistory };
const live = (checkpoint: Checkpoint) => ({ checkpoint: { checkpoint, at } });

describe('a live checkpoint', () => {
  it('is the latest where it is newer than history, and is named as live', () => {
    const newer = aCheckpoint({ cursor: 30, sequence: 30, total: 61 });

    expect(withLive(interruptedAt23, live(newer), 'run-1').latest).toMatchObject({
      source: 'heartbeat',
      cursor: 30,
      eventId: null,
    });
  });

  it('that history has already stays history’s, while its resumption counts', () => {
    const resumption = { resumedAfter: 23, source: 'history', attempt: 1, revisited: 0 } as const;
    const same = aCheckpoint({ cursor: 23, sequence: 23, resumptions: [resumption], resumptionCount: 1 });

    const standing = withLive(interruptedAt23, live(same), 'run-1');

    expect(standing.latest).toBe(inHistory);
    expect(standing).toMatchObject({ cursor: 23, resumptionCount: 1 });
  });

  it('is none before the first item: a sign of life with the selection alone', () => {
    const selected = aCheckpoint({ cursor: null, sequence: 0, total: 61 });

    expect(withLive(nothingYet, live(selected), 'run-1')).toMatchObject({ latest: null, total: 61 });
  });

  it('that is older than history counts for nothing', () => {
    const older = aCheckpoint({ cursor: 20, sequence: 20 });

    expect(withLive(interruptedAt23, live(older), 'run-1')).toBe(interruptedAt23);
  });
});
