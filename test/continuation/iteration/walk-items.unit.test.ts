import { describe, expect, it } from 'vitest';
import type { Counts } from '../../../src/continuation/checkpoint.js';
import { type WalkStop, walkItems } from '../../../src/continuation/iteration/walk-items.js';

const one: Counts = { processed: 1, failed: 0, revisited: 0 };

/** Walks the items 1 to 5 and keeps what happened, in order. */
async function walk(options: { stopAfter?: (item: number) => WalkStop | null; failAt?: number } = {}) {
  const trace: string[] = [];
  const state = { cursor: null as number | null, closed: false };
  async function* oneToFive() {
    try {
      for (let item = 1; item <= 5; item += 1) yield { item, cursor: item };
    } finally {
      state.closed = true;
    }
  }
  const end = await walkItems<number, number>({
    enumerator: oneToFive(),
    visit: async (item) => {
      if (item === options.failAt) throw new Error(`item ${item} fails`);
      trace.push(`visit ${item}`);
      return one;
    },
    advanced: (cursor) => {
      trace.push(`cursor ${cursor}`);
      state.cursor = cursor;
    },
    reasonToStop: () => {
      trace.push('stop?');
      return options.stopAfter?.(state.cursor ?? 0) ?? null;
    },
  }).catch((error: unknown) => error);
  return { end, trace, ...state };
}

describe('the walk over items', () => {
  it('ends with null when there are no more', async () => {
    expect(await walk()).toMatchObject({ end: null, cursor: 5 });
  });

  it('visits an item, then moves the cursor past it, then asks whether to stop', async () => {
    const { trace } = await walk({ stopAfter: (item) => (item === 2 ? 'worker stopping' : null) });

    expect(trace).toEqual(['visit 1', 'cursor 1', 'stop?', 'visit 2', 'cursor 2', 'stop?']);
  });

  it('stops after the item in hand, with its reason', async () => {
    expect(await walk({ stopAfter: () => 'worker stopping' })).toMatchObject({
      end: 'worker stopping',
      cursor: 1,
    });
  });

  it('does at least one item, also when it was to stop from the start', async () => {
    const { trace } = await walk({ stopAfter: () => 'batch full' });

    expect(trace).toContain('visit 1');
  });

  it('leaves the cursor before an item that fails', async () => {
    const { end, cursor } = await walk({ failAt: 3 });

    expect(end).toEqual(new Error('item 3 fails'));
    expect(cursor).toBe(2);
  });

  it.each([{ stopAfter: () => 'batch full' as const }, { failAt: 1 }, {}])(
    'closes the enumerator however it ends',
    async (options) => {
      expect((await walk(options)).closed).toBe(true);
    },
  );
});
