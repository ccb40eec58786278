/**
 * What every checkpoint store promises, whatever it is made of: the specification of a store of your own.
 *
 *   describeCheckpointStore('my store', () => myStore(connection));
 *
 * Give it a store that keeps each item's checkpoint (`every` is 1 throughout). A store need not be empty.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CheckpointStore,
  type Epoch,
  FenceLostError,
  type StoreSession,
} from '../../../../src/continuation/iteration/stores/checkpoint-store.js';
import { isLater } from '../../../../src/continuation/iteration/stores/epochs.js';
import { aKey, checkpointAt, epochOf, keep, open } from './store-attempts.js';

/** Enough that each pair of attempts meets in each order. */
const interleavings = 100;

export function describeCheckpointStore(name: string, aStore: () => CheckpointStore): void {
  describe(`${name}, as every store,`, () => {
    it('has nothing for a run that never kept anything', async () => {
      const session = await open(aStore(), { key: aKey() });

      expect(session.stored).toBeNull();
    });

    it('hands the checkpoint of the last item to the next attempt', async () => {
      const [store, key] = [aStore(), aKey()];
      const first = await open(store, { key });
      await keep(first, checkpointAt(1));
      await keep(first, checkpointAt(2));

      const second = await open(store, { key, epoch: epochOf(1, 2) });

      expect(second.stored).toEqual(checkpointAt(2));
    });

    it('hands over exactly what JSON can carry: large numbers, the order of keys, any character', async () => {
      const [store, key] = [aStore(), aKey()];
      const cursor = {
        z: 0.1 + 0.2,
        a: Number.MAX_SAFE_INTEGER,
        bigint: { $bigint: '9223372036854775807' },
        text: 'Zoë\n"\\ \u2028 \ud83d\ude80 {} [] \u0001',
        '': [[], {}, null, false],
      };
      await keep(await open(store, { key }), checkpointAt(1, { cursor }));

      const { stored } = await open(store, { key, epoch: epochOf(1, 2) });

      expect(JSON.stringify(stored)).toBe(JSON.stringify(checkpointAt(1, { cursor })));
    });

    it('keeps what it is told to keep now', async () => {
      const [store, key] = [aStore(), aKey()];
      const first = await open(store, { key });
      await first.flush(checkpointAt(7));
      await first.close();

      const second = await open(store, { key, epoch: epochOf(1, 2) });

      expect(second.stored).toEqual(checkpointAt(7));
    });

    it('returns what the work of an item returned, and makes its checkpoint of that, once', async () => {
      const [store, key] = [aStore(), aKey()];
      const session = await open(store, { key });
      const seen: string[] = [];

      const result = await session.item(
        async () => 'charged',
        (result) => {
          seen.push(result);
          return checkpointAt(1);
        },
      );

      expect(result).toBe('charged');
      expect(seen).toEqual(['charged']);
    });

    it('keeps nothing of an item whose work fails, throws what that threw, and goes on', async () => {
      const [store, key] = [aStore(), aKey()];
      const session = await open(store, { key });
      const declined = new Error('card declined');
      const failing = () => Promise.reject(declined);

      await expect(session.item(failing, () => checkpointAt(1))).rejects.toBe(declined);

      expect(await store.read(key.workflowId)).toEqual([]);
      await keep(session, checkpointAt(1));
      expect(await store.read(key.workflowId)).toMatchObject([{ checkpoint: checkpointAt(1) }]);
    });

    it('keeps the newer checkpoint by its sequence, not by when it came', async () => {
      const [store, key] = [aStore(), aKey()];
      const session = await open(store, { key });
      await session.flush(checkpointAt(5));

      await session.flush(checkpointAt(4));

      expect(await store.read(key.workflowId)).toMatchObject([{ checkpoint: checkpointAt(5) }]);
    });

    it('keeps what is told anew of the same position, such as an error that was counted', async () => {
      const [store, key] = [aStore(), aKey()];
      const counted = checkpointAt(5, { error: { message: 'card declined', times: 2 } });
      const session = await open(store, { key });
      await session.flush(checkpointAt(5));

      await session.flush(counted);

      expect(await store.read(key.workflowId)).toMatchObject([{ checkpoint: counted }]);
    });

    it.each([
      { before: epochOf(1, 1), after: epochOf(1, 2), what: 'a later attempt' },
      {
        before: epochOf(1, 9),
        after: epochOf(2, 1),
        what: 'a later generation, whose attempts start again at 1',
      },
      { before: epochOf(9, 1), after: epochOf(10, 1), what: 'the tenth generation, numbers being no text' },
    ])('is taken over by $what', async ({ before, after }) => {
      const [store, key] = [aStore(), aKey()];
      await keep(await open(store, { key, epoch: before }), checkpointAt(3));

      const { stored } = await open(store, { key, epoch: after });

      expect(stored).toEqual(checkpointAt(3));
      await expect(open(store, { key, epoch: before })).rejects.toBeInstanceOf(FenceLostError);
    });

    it('is opened once under an epoch', async () => {
      const [store, key] = [aStore(), aKey()];
      await open(store, { key });

      await expect(open(store, { key })).rejects.toBeInstanceOf(FenceLostError);
    });

    it('refuses a zombie’s item and flush after another attempt has taken over, for good', async () => {
      const [store, key] = [aStore(), aKey()];
      const zombie = await open(store, { key });
      await keep(zombie, checkpointAt(1));
      const newer = await open(store, { key, epoch: epochOf(1, 2) });

      await expect(keep(zombie, checkpointAt(2))).rejects.toBeInstanceOf(FenceLostError);
      await expect(zombie.flush(checkpointAt(99))).rejects.toBeInstanceOf(FenceLostError);

      expect(await store.read(key.workflowId)).toMatchObject([{ checkpoint: checkpointAt(1) }]);
      await keep(newer, checkpointAt(2));
      expect(await store.read(key.workflowId)).toMatchObject([
        { checkpoint: checkpointAt(2), epoch: epochOf(1, 2) },
      ]);
    });

    it('never goes back behind the checkpoint that an attempt was handed', async () => {
      const [store, key] = [aStore(), aKey()];
      await keep(await open(store, { key }), checkpointAt(9));
      const newer = await open(store, { key, epoch: epochOf(1, 2) });

      await newer.flush(checkpointAt(8));

      expect(await store.read(key.workflowId)).toMatchObject([{ checkpoint: checkpointAt(9) }]);
    });

    it('keeps Workflow Ids, chains and names apart', async () => {
      const [store, key] = [aStore(), aKey()];
      const others = [
        { ...key, workflowId: `${key.workflowId}-2` },
        { ...key, chain: `${key.chain}2` },
        { ...key, name: 'import' },
      ];
      await keep(await open(store, { key }), checkpointAt(1));

      const stored = await Promise.all(others.map(async (key) => (await open(store, { key })).stored));

      expect(stored).toEqual([null, null, null]);
    });

    it.each(['a "quoted" \\ name', '{a} tag', 'two\nlines', '%s $1 ?', 'Zoë 🚀', '', "o'clock"])(
      'takes any name: %j',
      async (oddity) => {
        const store = aStore();
        const key = aKey({ workflowId: aKey().workflowId + oddity, chain: oddity, name: oddity });
        await keep(await open(store, { key }), checkpointAt(1));

        expect(await store.read(key.workflowId)).toMatchObject([{ key, checkpoint: checkpointAt(1) }]);
        await store.clear(key);
        expect(await store.read(key.workflowId)).toEqual([]);
      },
    );

    it('reads all checkpoints of a Workflow Id, each with its key, its epoch and its time', async () => {
      const [store, key] = [aStore(), aKey()];
      const keys = [key, { ...key, name: 'import' }, { ...key, chain: 'an earlier run' }];
      for (const [i, key] of keys.entries())
        await keep(await open(store, { key, epoch: epochOf(1, i + 1) }), checkpointAt(i));
      await open(store, { key: { ...key, name: 'claimed, and nothing kept' } });

      const read = await store.read(key.workflowId);

      expect(read).toHaveLength(keys.length);
      for (const [i, key] of keys.entries())
        expect(read).toContainEqual({
          key,
          epoch: epochOf(1, i + 1),
          checkpoint: checkpointAt(i),
          at: expect.any(Date),
        });
      expect(read.every(({ at }) => Math.abs(Number(at) - Date.now()) < 60_000)).toBe(true);
    });

    it('clears a run, or one name of it, and nothing else', async () => {
      const [store, key] = [aStore(), aKey()];
      const [other, elsewhere] = [
        { ...key, name: 'import' },
        { ...key, chain: `${key.chain}2` },
      ];
      for (const each of [key, other, elsewhere])
        await keep(await open(store, { key: each }), checkpointAt(1));
      const left = async () => (await store.read(key.workflowId)).map(({ key }) => key);

      await store.clear(key);
      expect(await left()).toHaveLength(2);
      await store.clear({ workflowId: key.workflowId, chain: key.chain });

      expect(await left()).toEqual([elsewhere]);
    });

    it('has nothing left of work that is retired; a later epoch begins it anew', async () => {
      const [store, key] = [aStore(), aKey()];
      await keep(await open(store, { key }), checkpointAt(9));

      await store.retire(key, epochOf(2, 1));

      expect(await store.read(key.workflowId)).toEqual([]);
      const again = await open(store, { key, epoch: epochOf(3, 1) });
      expect(again.stored).toBeNull();
      await keep(again, checkpointAt(1));
      expect(await store.read(key.workflowId)).toMatchObject([{ checkpoint: checkpointAt(1) }]);
    });

    it('retires nothing that a later epoch has taken up, and nothing of another name', async () => {
      const [store, key] = [aStore(), aKey()];
      await keep(await open(store, { key, epoch: epochOf(3, 1) }), checkpointAt(1));

      await store.retire(key, epochOf(2, 9));
      await store.retire({ ...key, name: 'another' }, epochOf(9, 1));

      expect(await store.read(key.workflowId)).toMatchObject([{ checkpoint: checkpointAt(1) }]);
    });

    it('of any interleaving of attempts has the newest one’s checkpoint, and refuses every other', async () => {
      const epochs = [epochOf(1, 1), epochOf(1, 2), epochOf(2, 1)];
      const act = fc.record({
        who: fc.nat({ max: epochs.length - 1 }),
        does: fc.constantFrom('open', 'item', 'item', 'flush', 'flush older'),
      });

      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 14 }), async (acts) => {
          await followModel(aStore(), epochs, acts);
        }),
        { numRuns: interleavings },
      );
    });
  });
}

/** What a store promises besides whose claim outlives its work: that of one that fences. */
export function describeClaimsOfRetiredWork(name: string, aStore: () => CheckpointStore): void {
  describe(`${name}, after its work is retired,`, () => {
    it('refuses an attempt that slept through the end: nothing is begun again', async () => {
      const [store, key] = [aStore(), aKey()];
      await keep(await open(store, { key, epoch: epochOf(1, 2) }), checkpointAt(9));
      await store.retire(key, epochOf(2, 1));

      const zombie = open(store, { key, epoch: epochOf(1, 1) });

      await expect(zombie).rejects.toBeInstanceOf(FenceLostError);
    });

    it('refuses one that was at work when it was retired', async () => {
      const [store, key] = [aStore(), aKey()];
      const zombie = await open(store, { key });
      await keep(zombie, checkpointAt(1));
      await store.retire(key, epochOf(2, 1));

      await expect(keep(zombie, checkpointAt(2))).rejects.toBeInstanceOf(FenceLostError);
    });

    it('refuses one also where nothing was ever kept', async () => {
      const [store, key] = [aStore(), aKey()];
      await store.retire(key, epochOf(2, 1));

      await expect(open(store, { key })).rejects.toBeInstanceOf(FenceLostError);
    });

    it('says under which epoch a claim is refused: its Workflow can go on above that', async () => {
      const [store, key] = [aStore(), aKey()];
      await store.retire(key, epochOf(7, 2));

      await expect(open(store, { key })).rejects.toMatchObject({ owner: epochOf(7, 2) });
    });
  });
}

interface Act {
  readonly who: number;
  readonly does: string;
}

/** Plays the acts against the store and against what it should be; whatever differs is thrown. */
async function followModel(store: CheckpointStore, epochs: readonly Epoch[], acts: readonly Act[]) {
  const key = aKey();
  const sessions = new Map<number, { session: StoreSession; sequence: number }>();
  let owner: Epoch | null = null;
  let kept: number | null = null;
  for (const { who, does } of acts) {
    const epoch = epochs[who] ?? epochOf(1, 1);
    const mine = sessions.get(who);
    if (does === 'open') {
      const opening = open(store, { key, epoch });
      if (owner !== null && !isLater(epoch, owner)) {
        await expect(opening).rejects.toBeInstanceOf(FenceLostError);
        continue;
      }
      const session = await opening;
      expect(session.stored).toEqual(kept === null ? null : checkpointAt(kept));
      sessions.set(who, { session, sequence: kept ?? 0 });
      owner = epoch;
    } else if (mine !== undefined) {
      const sequence = does === 'flush older' ? mine.sequence - 1 : mine.sequence + 1;
      if (sequence < 0) continue;
      const acting =
        does === 'item'
          ? keep(mine.session, checkpointAt(sequence))
          : mine.session.flush(checkpointAt(sequence));
      if (owner !== epoch) {
        // An older checkpoint need not be refused: it isn't kept either way.
        if (does === 'flush older') await acting.catch(() => undefined);
        else await expect(acting).rejects.toBeInstanceOf(FenceLostError);
        continue;
      }
      await acting;
      mine.sequence = Math.max(mine.sequence, sequence);
      kept = Math.max(kept ?? 0, sequence);
    }
  }
  const read = await store.read(key.workflowId);
  expect(read.map(({ checkpoint }) => checkpoint)).toEqual(kept === null ? [] : [checkpointAt(kept)]);
}
