import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Cursor,
  freezeCursor,
  InvalidCursorError,
  type JsonValue,
  sameCursor,
} from '../../src/continuation/cursor.js';

/** JSON without -0, which JSON writes as 0. */
const anExactJson = fc.jsonValue().map((value): JsonValue => JSON.parse(JSON.stringify(value)));
const aCursor = anExactJson.filter((value): value is Cursor => value !== null);

/** What the compiler would refuse, too, where it can see it. */
const freezeUnchecked = (value: unknown): unknown => Reflect.apply(freezeCursor, undefined, [value]);

const refusalOf = (value: unknown): InvalidCursorError => {
  try {
    freezeUnchecked(value);
  } catch (error) {
    if (error instanceof InvalidCursorError) return error;
    throw error;
  }
  throw new Error('The cursor was accepted.');
};

class Money {
  readonly cents = 1;
}

const whatJsonWouldChange: [string, unknown][] = [
  ['a bigint', 1n],
  ['a date', new Date(0)],
  ['undefined', undefined],
  ['a function', () => 1],
  ['a symbol', Symbol('x')],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-0, which JSON turns into 0', -0],
  ['a Map', new Map()],
  ['a Set', new Set()],
  ['bytes', new Uint8Array(1)],
  ['an instance of a class', new Money()],
  ['a boxed number', Object(5)],
];

describe('a cursor', () => {
  it('survives JSON exactly, whatever JSON value it is', () => {
    fc.assert(
      fc.property(aCursor, (cursor) => {
        expect(freezeCursor(cursor)).toStrictEqual(cursor);
      }),
    );
  });

  it.each([[0], [''], [false], [[]], [{}]])(
    'may be %j: falsy and empty values are positions too',
    (cursor) => {
      expect(freezeCursor(cursor)).toStrictEqual(cursor);
    },
  );

  it('may be a composite key with a null in it', () => {
    expect(freezeCursor(['1997-01-18', null, 23])).toStrictEqual(['1997-01-18', null, 23]);
  });

  it('is never null, which stands for "nothing done yet"', () => {
    expect(refusalOf(null).message).toContain('nothing done yet');
  });

  it('is copied: a later change in place changes nothing', () => {
    const cursor = { orderedOn: '1997-01-18', ids: [1, 2] };
    const frozen = freezeCursor(cursor);

    cursor.ids.push(3);

    expect(frozen).toStrictEqual({ orderedOn: '1997-01-18', ids: [1, 2] });
  });

  it.each(whatJsonWouldChange)('is refused where it is %s', (_, value) => {
    expect(refusalOf(value).path).toBe('cursor');
  });

  it.each(whatJsonWouldChange)('is refused where a part of it is %s', (_, value) => {
    expect(refusalOf({ key: ['first', value] }).path).toBe('cursor.key[1]');
  });

  it('is refused with the path of the offending part, however deep it lies', () => {
    const aPath = fc.array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.stringMatching(/^[a-z]{1,5}$/)), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(aPath, (steps) => {
        const value = steps.reduceRight<unknown>(
          (inner, step) =>
            typeof step === 'number' ? [...Array<number>(step).fill(0), inner] : { [step]: inner },
          10n,
        );

        const { path } = refusalOf(value);

        expect(path).toBe(
          `cursor${steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')}`,
        );
      }),
    );
  });

  it('is refused where an array has a hole, which JSON fills with null', () => {
    // biome-ignore lint/suspicious/noSparseArray: the hole is what is tested
    expect(refusalOf([1, , 3]).path).toBe('cursor[1]');
  });

  it('is refused where an object has a symbol for a key, which JSON drops', () => {
    expect(refusalOf({ id: { [Symbol('hidden')]: 1 } }).path).toBe('cursor.id');
  });

  it('is refused where it contains itself', () => {
    const cursor: { next: unknown } = { next: null };
    cursor.next = [cursor];

    expect(refusalOf(cursor).path).toBe('cursor.next[0]');
  });

  it('may hold the same part twice, for that is not containing itself', () => {
    const range = { from: 1, to: 2 };

    expect(freezeCursor([range, range])).toStrictEqual([range, range]);
  });

  it('is the same position after JSON', () => {
    fc.assert(fc.property(anExactJson, (value) => sameCursor(value, JSON.parse(JSON.stringify(value)))));
  });

  it('is the same position whatever the order of an object’s keys', () => {
    expect(sameCursor({ day: '1997-01-18', id: 7 }, { id: 7, day: '1997-01-18' })).toBe(true);
  });

  it.each<[JsonValue, JsonValue]>([
    [0, null],
    [0, false],
    [1, '1'],
    [[], {}],
    [[1], [1, null]],
    [{ a: null }, {}],
    [{ a: null }, { b: null }],
    [
      [1, 2],
      [2, 1],
    ],
  ])('%j is another position than %j', (a, b) => {
    expect(sameCursor(a, b)).toBe(false);
    expect(sameCursor(b, a)).toBe(false);
  });
});
