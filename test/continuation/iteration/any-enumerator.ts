/** Every enumerator there is, over any items, for the properties: how to build it, and the effects that its items come to. */
import fc from 'fast-check';
import type { Cursor } from '../../../src/continuation/cursor.js';
import {
  array,
  batched,
  csv,
  csvBatches,
  type Enumerator,
  enumerator,
  keysetBatches,
  keysetRows,
  nested,
  once,
  rowOf,
  throttled,
  times,
} from '../../../src/continuation/iteration/index.js';
import { type BatchPlay, playBatches } from './any-batches.js';
import { type Items, type Play, type Played, playDisturbed } from './any-interruption.js';
import { aFile } from './enumerators/a-csv-file.js';
import { aNumberedTable } from './enumerators/a-numbered-table.js';

/** An enumerator whose types nobody needs to know. */
export interface AnyEnumerator {
  /** What it is made of, for a counterexample. */
  readonly made: string;
  /** The effects of all its items, in order. */
  readonly ids: readonly string[];
  readonly play: (play: Play) => Promise<Played>;
  readonly playBatches: (play: BatchPlay) => Promise<Played>;
}

function of<Item, C extends Cursor>(
  made: unknown,
  ids: readonly string[],
  idsOf: (item: Item) => readonly string[],
  build: () => Enumerator<Item, C>,
): AnyEnumerator {
  const items: Items<Item, C> = { enumerator: build, idsOf };
  return {
    made: JSON.stringify(made),
    ids,
    play: (play) => playDisturbed(items, play),
    playBatches: (play) => playBatches(items, play),
  };
}

const some = fc.nat(10);
const size = fc.integer({ min: 1, max: 4 });
const oneId = (item: unknown): readonly string[] => [String(item)];
const idEach = (items: readonly unknown[]): readonly string[] => items.map(String);
const namesOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `item ${i}`);

/** Parents with so many children each; any may have none. */
const families = fc.array(fc.nat(3), { maxLength: 5 });
const children = (families: readonly number[]) =>
  families.map((count, parent) => ({ parent, children: namesOf(count) }));
const familyIds = (families: readonly number[]): string[] =>
  children(families).flatMap(({ parent, children: names }) => names.map((name) => `${parent}/${name}`));
const family = (families: readonly number[]) =>
  nested(array(children(families)), ({ children: names }) => array(names));
const childId = ([{ parent }, name]: readonly [{ readonly parent: number }, string]): string =>
  `${parent}/${name}`;

/** How often each item in turn is to be waited for, before it may be worked on. */
const waits = fc.array(fc.nat(2), { maxLength: 10 });

/** Waits for what `waits` says, whichever enumerator of the run asks: built anew, they share one memory. */
function waiting(waits: readonly number[]) {
  const left = new Map<string, number>();
  return {
    waitMs(item: unknown): number | null {
      const name = JSON.stringify(item);
      const asks = left.get(name) ?? waits[left.size % Math.max(1, waits.length)] ?? 0;
      left.set(name, asks - 1);
      return asks > 0 ? 1_000 : null;
    },
  };
}

/** Keys with gaps, beginning below zero. */
const keys = fc.uniqueArray(fc.integer({ min: -20, max: 20 }), { maxLength: 10 });
const inOrder = (keys: readonly number[]): string[] => [...keys].sort((a, b) => a - b).map(String);

/** Values that quotes are needed for, and that end no row. */
const notes = fc.array(fc.constantFrom('', 'plain', 'a,b', 'two\nlines', 'a "quote"', 'Zoë'), {
  maxLength: 8,
});
const csvText = (notes: readonly string[]): string =>
  ['id,note', ...notes.map((note, i) => `${i},"${note.replaceAll('"', '""')}"`)].join('\n');
const csvIds = (notes: readonly string[]): string[] => notes.map((note, i) => `${i} ${note}`);
const csvId = (row: Readonly<Record<'id' | 'note', string>>): string => `${row.id} ${row.note}`;
const header = { header: ['id', 'note'] } as const;

/** By name: what users write in `buildEnumerator`. */
export const enumerators: { readonly [name: string]: fc.Arbitrary<AnyEnumerator> } = {
  array: some.map((count) => of({ count }, namesOf(count), oneId, () => array(namesOf(count)))),
  times: some.map((count) => of({ count }, idEach([...Array(count).keys()]), oneId, () => times(count))),
  once: fc.constant(of({}, ['all'], oneId, () => once('all'))),
  csv: notes.map((notes) =>
    of(
      { notes },
      csvIds(notes),
      (item) => [csvId(rowOf(item))],
      () => csv(aFile(csvText(notes)), header),
    ),
  ),
  csvBatches: fc.record({ notes, size }).map(({ notes, size }) =>
    of(
      { notes, size },
      csvIds(notes),
      (items) => items.map((item) => csvId(rowOf(item))),
      () => csvBatches(aFile(csvText(notes)), { ...header, batchSize: size }),
    ),
  ),
  nested: families.map((families) =>
    of(
      { families },
      familyIds(families),
      (item) => [childId(item)],
      () => family(families),
    ),
  ),
  batched: fc
    .record({ count: some, size })
    .map(({ count, size }) =>
      of({ count, size }, namesOf(count), idEach, () => batched(array(namesOf(count)), size)),
    ),
  throttled: fc.record({ count: some, waits }).map(({ count, waits }) => {
    const throttle = () => waiting(waits);
    return fresh({ count, waits }, namesOf(count), oneId, throttle, (throttle) =>
      throttled(array(namesOf(count)), throttle),
    );
  }),
  keysetRows: fc.record({ keys, size }).map(({ keys, size }) =>
    of(
      { keys, size },
      inOrder(keys),
      ({ id }) => [String(id)],
      () => keysetRows({ ...aNumberedTable(keys), pageSize: size }),
    ),
  ),
  keysetBatches: fc.record({ keys, size, pageSize: size }).map(({ keys, size, pageSize }) =>
    of(
      { keys, size, pageSize },
      inOrder(keys),
      (rows) => rows.map(({ id }) => String(id)),
      () => keysetBatches({ ...aNumberedTable(keys), batchSize: size, pageSize }),
    ),
  ),
  'an enumerator of your own': some.map((count) =>
    of({ count }, idEach([...Array(count).keys()]), oneId, () =>
      enumerator<number, number>(async function* (cursor) {
        for (let item = (cursor ?? -1) + 1; item < count; item += 1) yield { item, cursor: item };
      }),
    ),
  ),
  'nested, throttled at both levels, in batches': fc
    .record({ families, size, waits })
    .map(({ families, size, waits }) =>
      fresh(
        { families, size, waits },
        familyIds(families),
        (items: readonly (readonly [{ readonly parent: number }, string])[]) => items.map(childId),
        () => ({ outer: waiting(waits), inner: waiting(waits) }),
        ({ outer, inner }) =>
          batched(
            nested(throttled(array(children(families)), outer), ({ parent, children: names }) =>
              throttled(array(names), { waitMs: (name) => inner.waitMs([parent, name]) }),
            ),
            size,
          ),
      ),
    ),
};

/** Of one that remembers something over a run: each run begins with a memory of its own. */
function fresh<Item, C extends Cursor, Memory>(
  made: unknown,
  ids: readonly string[],
  idsOf: (item: Item) => readonly string[],
  remember: () => Memory,
  build: (memory: Memory) => Enumerator<Item, C>,
): AnyEnumerator {
  const inOneRun = (): AnyEnumerator => {
    const memory = remember();
    return of(made, ids, idsOf, () => build(memory));
  };
  return {
    made: JSON.stringify(made),
    ids,
    play: (play) => inOneRun().play(play),
    playBatches: (play) => inOneRun().playBatches(play),
  };
}

export const anyEnumerator: fc.Arbitrary<AnyEnumerator> = fc.oneof(...Object.values(enumerators));
