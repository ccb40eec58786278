import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { breather } from '../../../src/continuation/iteration/breather.js';

/** By a clock that only the items move. */
function aLoop() {
  let nowMs = 0;
  const breathe = breather({ nowMs: () => nowMs });
  return {
    item: (tookMs: number) => {
      nowMs += tookMs;
      return breathe();
    },
  };
}

describe('a loop of items', () => {
  it('that wait for nothing breathes every 20 ms, and the turn passes', async () => {
    const { item } = aLoop();
    let turned = false;
    setImmediate(() => {
      turned = true;
    });

    const breaths = [item(8), item(8), item(8), item(8)];
    const [breath] = breaths.filter((each) => each !== null);

    expect(breaths.map((each) => each !== null)).toEqual([false, false, false, true]);
    await breath;
    expect(turned).toBe(true);
    expect(item(8)).toBeNull();
  });

  it('that wait for an answer each turns by itself, and is never held up', async () => {
    const { item } = aLoop();

    for (let each = 0; each < 10; each += 1) {
      await nextTurn();
      expect(item(30)).toBeNull();
    }
  });
});
