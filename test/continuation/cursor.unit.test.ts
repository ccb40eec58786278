import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Cursor,
  type CursorPart,
  CursorTooLargeError,
  decodeCursor,
  decodeValue,
  encodeCursor,
  encodeValue,
  InvalidCursorError,
  type JsonValue,
  maximumCursorBytes,
  sameCursor,
} from '../../src/continuation/cursor.js';

/** JSON without -0, which JSON writes as 0. */
const anExactJson = fc.jsonValue().map((value): JsonValue => JSON.parse(JSON.stringify(value)));

/** Keys that look like our own marks, and one that JavaScript treats in its own way. */
const aKey = fc.oneof(
  fc.string(),
  fc.constantFrom('$bigint', '$date', '$$bigint', '$', '__proto__', 'constructor'),
);

/** Whatever a cursor may be made of. */
const { part: aPart } = fc.letrec<{ part: CursorPart; leaf: CursorPart }>((tie) => ({
  leaf: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.string(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
    fc.bigInt(),
    fc.date({ noInvalidDate: true }),
  ),
  part: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('part'), { maxLength: 4 }),
    fc.dictionary(aKey, tie('part'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const aCursor = aPart.filter((part): part is Cursor => part !== null);

/** What history, heartbeats and stores do to what they are given. */
const throughJson = (encoded: JsonValue) => JSON.parse(JSON.stringify(encoded));
const roundTrip = (cursor: Cursor): Cursor => decodeCursor(throughJson(encodeCursor(cursor)));

/** What the compiler would refuse, too, where it can see it. */
const encodeUnchecked = (value: unknown): unknown => Reflect.apply(encodeCursor, undefined, [value]);

const isDeeplyFrozen = (part: unknown): boolean =>
  typeof part !== 'object' ||
  part === null ||
  part instanceof Date ||
  (Object.isFrozen(part) && Object.values(part).every(isDeeplyFrozen));

const refusalOf = (value: unknown): InvalidCursorError => {
  try {
    encodeUnchecked(value);
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
  ['an invalid Date', new Date(Number.NaN)],
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
  it('survives JSON exactly, whatever it is made of: bigint, Date, tuples and odd keys too', () => {
    fc.assert(
      fc.property(aCursor, (cursor) => {
        expect(isDeepStrictEqual(roundTrip(cursor), cursor)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['a bigint beyond what a number can hold', 9_007_199_254_740_993n, { $bigint: '9007199254740993' }],
    ['a Date', new Date('1997-01-18T09:00:00.123Z'), { $date: '1997-01-18T09:00:00.123Z' }],
    [
      'a timestamp in microseconds, as PostgreSQL prints it',
      '1997-01-18 09:00:00.123456+00',
      '1997-01-18 09:00:00.123456+00',
    ],
    ['a tuple of them', ['1997-01-18', 23n], ['1997-01-18', { $bigint: '23' }]],
  ])('may be %s, and is plain JSON in history', (_, cursor, encoded) => {
    expect(encodeCursor(cursor)).toStrictEqual(encoded);
    expect(roundTrip(cursor)).toStrictEqual(cursor);
  });

  it('is handed out deeply frozen: a change in place can’t pass for progress', () => {
    fc.assert(fc.property(aCursor, (cursor) => isDeeplyFrozen(roundTrip(cursor))));
  });

  it('with more bytes than a history of checkpoints can bear is refused with its size', () => {
    const fits = 'x'.repeat(maximumCursorBytes - 2);

    expect(encodeCursor(fits)).toBe(fits);
    expect(() => encodeCursor(`${fits}x`)).toThrow(new CursorTooLargeError(maximumCursorBytes + 1));
    expect(() => encodeCursor('é'.repeat(maximumCursorBytes / 2))).toThrow(CursorTooLargeError);
  });

  it.each([[0], [''], [false], [[]], [{}]])(
    'may be %j: falsy and empty values are positions too',
    (cursor) => {
      expect(encodeCursor(cursor)).toStrictEqual(cursor);
    },
  );

  it('may be a composite key with a null in it', () => {
    expect(encodeCursor(['1997-01-18', null, 23])).toStrictEqual(['1997-01-18', null, 23]);
  });

  it('is never null, which stands for "nothing done yet"', () => {
    expect(refusalOf(null).message).toContain('nothing done yet');
  });

  it('is copied: a later change in place changes nothing', () => {
    const cursor = { orderedOn: '1997-01-18', ids: [1, 2] };
    const encoded = encodeCursor(cursor);

    cursor.ids.push(3);

    expect(encoded).toStrictEqual({ orderedOn: '1997-01-18', ids: [1, 2] });
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
          undefined,
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

  it.each<[string, unknown, string]>([
    ['a named property of an array', 'order 23'.match(/\d+/), 'cursor.at.index'],
    ['a named property of an array without any item', Object.assign([], { rows: 1 }), 'cursor.at.rows'],
    ['a class made of arrays', class extends Array<number> {}.of(1), 'cursor.at'],
    ['a property that is not enumerable', Object.defineProperty({}, 'id', { value: 7 }), 'cursor.at.id'],
    ['an object of JavaScript’s own', Math, 'cursor.at'],
    ['an object that names no class', Object.create(Object.create(Object.create(null))), 'cursor.at'],
  ])('is refused where JSON would drop %s', (_, part, path) => {
    expect(refusalOf({ at: part }).path).toBe(path);
  });

  it('quotes what is no name in a path', () => {
    expect(refusalOf({ 'sold at': { '': [undefined] } }).path).toBe('cursor["sold at"][""][0]');
  });

  it('is refused as soon as it is known to be too large, whatever it would come to', () => {
    const shared = Array.from({ length: 60 }).reduce<unknown>((part) => [part, part], 'x');

    expect(() => encodeUnchecked(shared)).toThrow(/more than 65536 bytes as JSON, and may have 16384/);
  });

  it('is refused where it is nested deeper than a stack can be relied on to hold', () => {
    const nested = (levels: number) => Array.from({ length: levels }).reduce<unknown>((part) => [part], 1);

    expect(encodeUnchecked(nested(100))).toStrictEqual(nested(100));
    expect(refusalOf(nested(101)).message).toContain('more than 100 levels deep');
    expect(refusalOf(nested(20_000)).message).toContain('more than 100 levels deep');
  });

  it('is refused where it contains itself', () => {
    const cursor: { next: unknown } = { next: null };
    cursor.next = [cursor];

    expect(refusalOf(cursor).path).toBe('cursor.next[0]');
  });

  it('may hold the same part twice, for that is not containing itself', () => {
    const range = { from: 1, to: 2 };

    expect(encodeCursor([range, range])).toStrictEqual([range, range]);
  });

  it('may hold a step’s result as well, null too', () => {
    fc.assert(
      fc.property(aPart, (part) => {
        expect(isDeepStrictEqual(decodeValue(throughJson(encodeValue(part))), part)).toBe(true);
      }),
    );
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
