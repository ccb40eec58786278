/**
 * Enumerators within an enumerator: for each parent, its children. Deeper by nesting again:
 * `nested(shops, (shop) => nested(products(shop), (product) => variants(product)))` has items `[shop, [product, variant]]`.
 *
 * P1  The place within a parent belongs to that parent alone: it is kept with the parent's own cursor, and is applied to
 *     no other. So a parent that was inserted, deleted or emptied since can't misplace it.
 * P2  A parent that was inserted before the one in progress isn't visited; one that was inserted after it is.
 * P3  Is the parent in progress gone, the run goes on with the next one.
 * P4  A parent is done once its last child is known to be: it isn't looked for again. Parents without children cost one
 *     look each, and are looked at again after a resume, up to the next child.
 * P5  Two parents in a row with one cursor are refused before the second one's children.
 *
 * @see job-iteration lib/job-iteration/nested_enumerator.rb, which keeps one cursor a level and none of whose it is
 */
import type { Cursor } from '../../cursor.js';
import {
  type Asked,
  CursorMismatchError,
  CursorNotUniqueError,
  type Entry,
  type Enumerator,
  NotAnEnumeratorError,
  type NotNow,
  whatIsNoEnumerator,
} from './enumerator.js';
import { samePosition } from './same-position.js';

/** At least one of the two is there. */
export type NestedCursor<Outer extends Cursor, Inner extends Cursor> = {
  /** The last parent that is done; null: none yet. */
  readonly after: Outer | null;
  /** The parent in progress, and the last of its children that is done; null: between two parents. */
  readonly within: { readonly parent: Outer; readonly inner: Inner } | null;
};

/** Parent and child. */
export type Nested<Parent, Child> = readonly [parent: Parent, child: Child];

/** @param inner the children of a parent; must be the same for the same parent in each execution */
export function nested<Parent, Outer extends Cursor, Child, Inner extends Cursor>(
  outer: Enumerator<Parent, Outer>,
  inner: (parent: Parent) => Enumerator<Child, Inner>,
): Enumerator<Nested<Parent, Child>, NestedCursor<Outer, Inner>> {
  return {
    async *after(cursor, asked = {}) {
      if (cursor !== null && !isNested(cursor))
        throw new CursorMismatchError('nested()', '{ after, within }', cursor);
      let done = cursor?.after ?? null;
      let children = 0;
      for await (const parent of parentsFrom(outer, cursor, asked)) {
        if ('notNow' in parent) {
          yield parent;
          return;
        }
        if (done !== null && samePosition(done, parent.cursor))
          throw new CursorNotUniqueError(parent.cursor, 'parents in nested()');
        const within = childrenOf(inner(parent.item));
        for await (const child of within.after(parent.resumeAfter, left(asked, children))) {
          if ('notNow' in child) {
            yield child;
            return;
          }
          yield {
            item: [parent.item, child.item],
            cursor: child.last
              ? { after: parent.cursor, within: null }
              : { after: done, within: { parent: parent.cursor, inner: child.cursor } },
            last: (parent.last ?? false) && (child.last ?? false),
            size: child.size ?? 1,
          };
          children += child.size ?? 1;
        }
        done = parent.cursor;
      }
    },
  };
}

/** @throws NotAnEnumeratorError */
function childrenOf<Child, Inner extends Cursor>(inner: Enumerator<Child, Inner>): Enumerator<Child, Inner> {
  const what = whatIsNoEnumerator(inner);
  if (what !== null) throw new NotAnEnumeratorError('The second argument of nested()', what);
  return inner;
}

/** What is asked for still, after so many items. */
function left({ atMost }: Asked, items: number): Asked {
  return atMost === undefined ? {} : { atMost: Math.max(1, atMost - items) };
}

/** A parent, and the child that it is resumed after. */
type ParentFrom<Parent, Outer extends Cursor, Inner> = Entry<Parent, Outer> & {
  readonly resumeAfter: Inner | null;
};

/** The parents that are left, beginning with the one in progress where there is one and it still exists. */
async function* parentsFrom<Parent, Outer extends Cursor, Inner extends Cursor>(
  outer: Enumerator<Parent, Outer>,
  cursor: NestedCursor<Outer, Inner> | null,
  asked: Asked,
): AsyncGenerator<ParentFrom<Parent, Outer, Inner> | NotNow> {
  if (cursor === null || cursor.within === null) {
    for await (const parent of outer.after(cursor?.after ?? null, asked)) yield fresh(parent);
    return;
  }
  const { parent: inProgress, inner } = cursor.within;
  // An enumerator can only be resumed after a cursor, so the parent in progress is found after the one before it.
  let found = false;
  for await (const parent of outer.after(cursor.after, asked)) {
    if ('notNow' in parent || found) {
      yield fresh(parent);
      continue;
    }
    if (!same(parent, inProgress)) break;
    found = true;
    yield { ...parent, resumeAfter: inner };
  }
  if (found) return;
  yield* parentsAround(outer, cursor.after, { inProgress, inner });
}

/**
 * Something else stands where the parent in progress stood: it is gone, or others were inserted before it. The first parent
 * after it bounds the search; what follows comes from that same reading, so that nothing inserted meanwhile is lost.
 */
async function* parentsAround<Parent, Outer extends Cursor, Inner>(
  outer: Enumerator<Parent, Outer>,
  after: Outer | null,
  { inProgress, inner }: { readonly inProgress: Outer; readonly inner: Inner },
): AsyncGenerator<ParentFrom<Parent, Outer, Inner> | NotNow> {
  let searched = false;
  for await (const next of outer.after(inProgress)) {
    if (!searched) {
      const parent = await find(outer, after, inProgress, 'notNow' in next ? null : next.cursor);
      if (parent !== null) yield 'notNow' in parent ? parent : { ...parent, resumeAfter: inner };
      searched = true;
    }
    yield fresh(next);
  }
  if (searched) return;
  const parent = await find(outer, after, inProgress, null);
  if (parent !== null) yield 'notNow' in parent ? parent : { ...parent, resumeAfter: inner };
}

/** Looks for a parent from `after` on, as far as `bound`. */
async function find<Parent, Outer extends Cursor>(
  outer: Enumerator<Parent, Outer>,
  after: Outer | null,
  sought: Outer,
  bound: Outer | null,
): Promise<Entry<Parent, Outer> | NotNow | null> {
  for await (const parent of outer.after(after)) {
    if ('notNow' in parent || same(parent, sought)) return parent;
    if (bound !== null && same(parent, bound)) return null;
  }
  return null;
}

function fresh<Parent, Outer extends Cursor>(
  parent: Entry<Parent, Outer> | NotNow,
): ParentFrom<Parent, Outer, never> | NotNow {
  return 'notNow' in parent ? parent : { ...parent, resumeAfter: null };
}

function same<Outer extends Cursor>({ cursor }: Entry<unknown, Outer>, other: Outer): boolean {
  return samePosition(cursor, other);
}

function isNested(cursor: unknown): boolean {
  return typeof cursor === 'object' && cursor !== null && 'after' in cursor && 'within' in cursor;
}
