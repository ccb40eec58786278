import { describe, expect, it } from 'vitest';
import type { RowVerdict } from '../../src/orders/import-rows.js';
import { WorkLines } from '../../src/worker/work-lines.js';

const imported = (line: number, revisited = false): RowVerdict => ({ line, outcome: 'imported', revisited });

const rejected = (line: number): RowVerdict => ({
  ...{
    line,
    outcome: 'rejected',
    revisited: false,
    reason: 'units is "0", which is below 1',
    isThere: false,
  },
});

function linesOf(
  ...told: readonly {
    readonly atMs: number;
    readonly verdicts: readonly RowVerdict[];
    readonly checkpoint?: number;
    readonly runId?: string;
  }[]
) {
  const written: string[] = [];
  let nowMs = 0;
  const lines = new WorkLines(
    (line) => written.push(line),
    () => nowMs,
  );
  for (const { atMs, verdicts, checkpoint = null, runId = 'run-1' } of told) {
    nowMs = atMs;
    lines.add({ runId, verdicts, checkpoint });
  }
  lines.flush();
  return written;
}

describe('the lines of a worker that imports', () => {
  it('tell of each row while they come slowly enough to read, a rejected one with its reason', () => {
    expect(
      linesOf(
        { atMs: 0, verdicts: [imported(2)] },
        { atMs: 50, verdicts: [rejected(3)], checkpoint: 2 },
        { atMs: 100, verdicts: [imported(3, true)], checkpoint: 2 },
      ),
    ).toEqual([
      'run-1  line 2 imported',
      'run-1  line 3 rejected: units is "0", which is below 1 · checkpoint line 2',
      'run-1  line 3 met again: already imported, no second effect · checkpoint line 2',
    ]);
  });

  it('sum up once a second what comes faster, with what was met again', () => {
    expect(
      linesOf(
        { atMs: 0, verdicts: [imported(2), rejected(3)] },
        { atMs: 20, verdicts: [imported(4), imported(5, true)], checkpoint: 5 },
        { atMs: 1_500, verdicts: [imported(6), imported(7)], checkpoint: 7 },
      ),
    ).toEqual([
      'run-1  lines 2 to 3: 1 imported, 1 rejected',
      'run-1  lines 4 to 7: 4 imported, 0 rejected, 1 of them met again · checkpoint line 7',
    ]);
  });

  it('never sum up two runs together', () => {
    expect(
      linesOf(
        { atMs: 0, verdicts: [imported(2), imported(3)] },
        { atMs: 1, verdicts: [imported(4), imported(5)] },
        { atMs: 2, verdicts: [imported(2), imported(3)], runId: 'run-2' },
      ),
    ).toEqual([
      'run-1  lines 2 to 3: 2 imported, 0 rejected',
      'run-1  lines 4 to 5: 2 imported, 0 rejected',
      'run-2  lines 2 to 3: 2 imported, 0 rejected',
    ]);
  });
});
