import { defaultPayloadConverter, type Payload, RawValue } from '@temporalio/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { payloadConverter } from '../../../src/continuation/payloads/index.js';

/** Keys that look like our own marks, and one that JavaScript treats in its own way. */
const aKey = fc.oneof(
  fc.string(),
  fc.constantFrom('$bigint', '$date', '$$bigint', '$', '__proto__', 'constructor'),
);
const { part: anExactValue } = fc.letrec<{ part: unknown; leaf: unknown }>((tie) => ({
  leaf: fc.oneof(fc.constant(null), fc.string(), fc.integer(), fc.bigInt(), fc.date({ noInvalidDate: true })),
  part: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('part'), { maxLength: 4 }),
    fc.dictionary(aKey, tie('part'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

const roundTrip = (value: unknown): unknown =>
  payloadConverter.fromPayload(payloadConverter.toPayload(value));
const encodingOf = ({ metadata }: Payload): string => Buffer.from(metadata?.encoding ?? []).toString();

describe('payload converter', () => {
  it('brings a bigint and a Date back as they were, at any depth, whatever the keys', () => {
    fc.assert(
      fc.property(anExactValue, (value) => {
        expect(roundTrip(value)).toEqual(value);
      }),
    );
  });

  it('writes a value without either byte for byte as Temporal does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(payloadConverter.toPayload(value)).toEqual(defaultPayloadConverter.toPayload(value));
      }),
    );
  });

  it('reads what was written before as it was read then: a string that looks like a date, a key that looks like a mark', () => {
    const before = { since: '2026-01-31T12:00:00.000Z', $date: '2026-01-31', nested: { $bigint: '1' } };

    expect(payloadConverter.fromPayload(defaultPayloadConverter.toPayload(before))).toEqual(before);
  });

  it('changes no more than JSON does beside a bigint or a Date', () => {
    class Order {
      readonly id = 7n;
      readonly note = undefined;
      readonly weight = Number.NaN;
      readonly total = { toJSON: () => '12.50' };
      readonly endedAt = new Date(Number.NaN);
    }

    expect(roundTrip(new Order())).toEqual({ id: 7n, weight: null, total: '12.50', endedAt: null });
  });

  it('carries a bigint also where the program gave all bigints a toJSON', () => {
    Object.defineProperty(BigInt.prototype, 'toJSON', {
      configurable: true,
      value: function (this: bigint) {
        return String(this);
      },
    });
    try {
      expect(roundTrip({ id: 7n, ids: [8n] })).toEqual({ id: 7n, ids: [8n] });
      expect(roundTrip(9n)).toBe(9n);
    } finally {
      Reflect.deleteProperty(BigInt.prototype, 'toJSON');
    }
  });

  it('carries the bigint and the Date that a toJSON returned', () => {
    const paid = { at: { toJSON: () => new Date(5) }, cents: { toJSON: () => 7n } };

    expect(roundTrip(paid)).toEqual({ at: new Date(5), cents: 7n });
  });

  it('hands out values that may be changed in place, as Temporal does', () => {
    const input = roundTrip({ ids: [1n], since: new Date(0) });

    expect(Object.isFrozen(input)).toBe(false);
  });

  it('knows a Date of a Workflow’s sandbox, which has classes of its own', async () => {
    const { runInNewContext } = await import('node:vm');
    const foreign = runInNewContext('new Date(1500)');

    expect(foreign).not.toBeInstanceOf(Date);
    expect(roundTrip({ at: foreign })).toEqual({ at: new Date(1500) });
  });

  it('leaves raw values, bytes and undefined to Temporal', () => {
    const encodings = [new RawValue(1), new Uint8Array([1]), undefined].map((value) =>
      encodingOf(payloadConverter.toPayload(value)),
    );

    expect(encodings).toEqual(['json/plain', 'binary/plain', 'binary/null']);
  });

  it('refuses a cycle instead of following it for ever', () => {
    const plain: Record<string, unknown> = { id: 1 };
    plain.self = plain;
    const exact = { id: 1n, plain };

    expect(() => payloadConverter.toPayload(plain)).toThrow(/Unable to convert/);
    expect(() => payloadConverter.toPayload(exact)).toThrow(/circular/);
  });
});
