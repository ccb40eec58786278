import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkpointSchema, jsonValueSchema } from '../../src/continuation/checkpoint-schema.js';
import { type EncodedCursor, encodeCursor } from '../../src/continuation/cursor.js';
import { aCheckpoint } from './some-checkpoints.js';

/** As a heartbeat, a store or history gives it back. */
const readBack = (cursor: EncodedCursor): EncodedCursor | null =>
  checkpointSchema.parse(
    JSON.parse(JSON.stringify(aCheckpoint({ cursor, skipped: [{ cursor, reason: 'x' }] }))),
  ).cursor;

describe('a checkpoint that is read back', () => {
  it('has the cursor that was written, a key __proto__ in it too', () => {
    const cursor = encodeCursor(JSON.parse('{"__proto__": 23, "page": {"__proto__": {"id": 1}}}'));

    const read = readBack(cursor);

    expect(JSON.stringify(read)).toBe('{"__proto__":23,"page":{"__proto__":{"id":1}}}');
  });

  it('has any JSON as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(jsonValueSchema.parse(value)).toEqual(value);
      }),
    );
  });

  it.each([[undefined], [5n], [Number.NaN], [new Date(0)], [new Map()], [[undefined]], [{ at: () => 1 }]])(
    'is refused where a part is no JSON: %s',
    (part) => {
      expect(checkpointSchema.safeParse(aCheckpoint({})).success).toBe(true);
      expect(checkpointSchema.safeParse({ ...aCheckpoint({}), selection: part }).success).toBe(false);
    },
  );
});
