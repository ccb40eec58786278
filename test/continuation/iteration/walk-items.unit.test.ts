import { describe, expect, it } from 'vitest';
import { enumerator, type NotNow } from '../../../src/continuation/iteration/index.js';
import { abort } from '../../../src/continuation/iteration/item-result.js';
import { type WalkStop, walkItems } from '../../../src/continuation/iteration/walk-items.js';

interface Plan {
  readonly from?: number;
  readonly stopAfter?: (item: number) => WalkStop | null;
  readonly failAt?: number;
  readonly abortAt?: number;
  /** In place of this item, not now. */
  readonly notNowAt?: number;
  readonly saysLast?: boolean;
}

/** Walks the items 1 to 5 and keeps what happened, in order. */
async function walk(options: Plan = {}) {
  const trace: string[] = [];
  const state = { cursor: null as number | null, closed: false };
  const oneToFive = enumerator(async function* (after: number | null) {
    try {
      for (let item = (after ?? 0) + 1; item <= 5; item += 1) {
        if (item === options.notNowAt) yield { notNow: { waitMs: 1_000 } } satisfies NotNow;
        yield { item, cursor: item, ...(options.saysLast ? { last: item === 5 } : {}) };
      }
    } finally {
      state.closed = true;
    }
  });
  const end = await walkItems<number, number>({
    enumerator: oneToFive,
    from: options.from ?? null,
    work: async ({ item, cursor }) => {
      if (item === options.failAt) throw new Error(`item ${item} fails`);
      if (item === options.abortAt) return abort.stop();
      trace.push(`visit ${item}`);
      state.cursor = cursor;
      return null;
    },
    reasonToStop: () => {
      trace.push('stop?');
      return options.stopAfter?.(state.cursor ?? 0) ?? null;
    },
  }).catch((error: unknown) => error);
  return { end, trace, ...state };
}

describe('the walk over items', () => {
  it('is exhausted when there are no more', async () => {
    expect(await walk()).toMatchObject({ end: { kind: 'exhausted' }, cursor: 5 });
  });

  it('does an item, then asks whether to stop', async () => {
    const { trace } = await walk({ stopAfter: (item) => (item === 2 ? 'worker stopping' : null) });

    expect(trace).toEqual(['visit 1', 'stop?', 'visit 2', 'stop?']);
  });

  it('stops after the item in hand, with its reason', async () => {
    expect(await walk({ stopAfter: () => 'worker stopping' })).toMatchObject({
      end: { kind: 'stopped', reason: 'worker stopping' },
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

  it('starts strictly after the cursor that it is given', async () => {
    expect((await walk({ from: 3 })).trace).toEqual(['visit 4', 'stop?', 'visit 5', 'stop?']);
  });

  it('asked to stop at an item that is known to be the last, is exhausted and not interrupted', async () => {
    const stopAfter = (item: number) => (item === 5 ? ('worker stopping' as const) : null);

    expect((await walk({ stopAfter, saysLast: true })).end).toEqual({ kind: 'exhausted' });
    expect((await walk({ stopAfter })).end).toMatchObject({ kind: 'stopped' });
  });

  it('ends where an item’s work ends the run', async () => {
    expect(await walk({ abortAt: 3 })).toMatchObject({
      end: { kind: 'aborted', abort: { abort: 'stop' } },
      cursor: 2,
    });
  });

  it('ends with the wait where it is not to go on now, before the item', async () => {
    expect(await walk({ notNowAt: 3 })).toMatchObject({
      end: { kind: 'not now', waitMs: 1_000 },
      cursor: 2,
    });
  });

  it('may be told not now before its first item: then it does none', async () => {
    expect(await walk({ notNowAt: 1 })).toMatchObject({ end: { kind: 'not now' }, trace: [] });
  });

  it('at its limit of items says so only where there is one more', async () => {
    const atItem = (limit: number) => (item: number) => (item >= limit ? ('item limit' as const) : null);

    expect((await walk({ stopAfter: atItem(3) })).end).toEqual({ kind: 'stopped', reason: 'item limit' });
    expect((await walk({ stopAfter: atItem(5) })).end).toEqual({ kind: 'exhausted' });
  });

  it.each([{ stopAfter: () => 'batch full' as const }, { failAt: 1 }, {}])(
    'closes the enumerator however it ends',
    async (options) => {
      expect((await walk(options)).closed).toBe(true);
    },
  );
});
