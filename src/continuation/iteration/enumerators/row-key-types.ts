/**
 * How a key column's value becomes a part of a cursor, and a value of exactly that again.
 *
 * T1  SQL itself writes the text and reads it, so that no driver's parser and no JS number comes between.
 * T2  The text doesn't depend on a session's TimeZone, DateStyle, bytea_output and the like. A timestamp has all its
 *     microseconds, and with a time zone it is in UTC.
 * T3  int2 and int4 are JS numbers; everything else is a string.
 * T4  What isn't written here is refused, except for types that the database's owner added (enums, citext): their text,
 *     where it is exact.
 */
export interface KeyType {
  /** What a part of a cursor looks like, for errors. */
  readonly expected: string;
  /** An SQL expression of the column's exact JSON; of JSON's `false` where this session's text of it isn't exact. */
  readonly write: (column: string) => string;
  /** An SQL expression of the column's type out of a parameter that holds a part. */
  readonly read: (parameter: string) => string;
  /** Whether it is one that `write` could have written. */
  readonly accepts: (part: unknown) => boolean;
}

export type KeyPart = number | string;

/** The row of `pg_type` that says what it is. */
export interface CatalogType {
  readonly oid: number;
  /** Qualified and quoted, to cast to. */
  readonly name: string;
  readonly isOwn: boolean;
}

/** Null for a type that can't be part of a cursor. */
export function keyType({ oid, name, isOwn }: CatalogType): KeyType | null {
  const cast = (parameter: string): string => `${parameter}::${name}`;
  const integer = integers.get(oid);
  if (integer !== undefined)
    return {
      expected: 'a whole number',
      write: (column) => column,
      read: cast,
      accepts: (part) => Number.isInteger(part) && Math.abs(Number(part) + 0.5) <= integer + 0.5,
    };
  const text = texts.get(oid) ?? (isOwn ? exactText(name) : null);
  if (text === null) return null;
  return {
    expected: text.example === '' ? 'a string' : `a string such as '${text.example}'`,
    write: text.write ?? ((column) => `${column}::text`),
    read: text.read ?? cast,
    accepts: (part) => typeof part === 'string' && text.pattern.test(part),
  };
}

/** Their highest values; the lowest are one further from 0. */
const integers: ReadonlyMap<number, number> = new Map([
  [21, 32_767],
  [23, 2_147_483_647],
]);

interface TextForm {
  readonly example: string;
  readonly pattern: RegExp;
  readonly write?: (column: string) => string;
  readonly read?: (parameter: string) => string;
}

const anyText: TextForm = { example: '', pattern: /^/ };

/** As JSON, dates and times are ISO 8601 whatever DateStyle says. */
const iso = (column: string): string => `to_json(${column}) #>> '{}'`;

/** A session with a low `extra_float_digits` prints too few of them, and so may types that are made of such numbers. */
const exactText = (type: string): TextForm => ({
  ...anyText,
  write: (column) =>
    `CASE WHEN ${column}::text::${type} = ${column} THEN to_json(${column}::text) WHEN ${column} IS NOT NULL THEN 'false'::json END`,
});

const exactFloat = (type: string): TextForm => ({
  ...exactText(type),
  example: '0.1',
  pattern: /^(-?\d+(\.\d+)?(e[+-]\d+)?|NaN|-?Infinity)$/,
});

/** By the type's oid, which is the same in every PostgreSQL. */
const texts: ReadonlyMap<number, TextForm> = new Map([
  [16, { example: 'true', pattern: /^(true|false)$/ }],
  [
    17,
    {
      example: '00ff',
      pattern: /^([0-9a-f]{2})*$/,
      write: (column: string) => `encode(${column}, 'hex')`,
      read: (parameter: string) => `decode(${parameter}::text, 'hex')`,
    },
  ],
  [19, anyText],
  [20, { example: '23', pattern: /^-?\d{1,19}$/ }],
  [25, anyText],
  [26, { example: '23', pattern: /^\d{1,10}$/ }],
  [700, exactFloat('float4')],
  [701, exactFloat('float8')],
  [869, { example: '127.0.0.1', pattern: /^[0-9a-f:.]+(\/\d+)?$/ }],
  [1042, anyText],
  [1043, anyText],
  [1082, { example: '2026-07-31', pattern: /^(\d{4,}-\d\d-\d\d( BC)?|-?infinity)$/, write: iso }],
  [1083, { example: '12:00:00.000001', pattern: /^\d\d:\d\d:\d\d(\.\d{1,6})?$/ }],
  [
    1114,
    {
      example: '2026-07-31T12:00:00.000001',
      pattern: /^(\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?( BC)?|-?infinity)$/,
      write: iso,
    },
  ],
  [
    1184,
    {
      example: '2026-07-31T12:00:00.000001Z',
      pattern: /^(\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z( BC)?|-?infinity)$/,
      // In UTC, and said so: before BC, which comes last, and not after infinity, which has no zone.
      write: (column: string) =>
        `CASE WHEN isfinite(${column}) THEN replace(${iso(`(${column} AT TIME ZONE 'UTC')`)} || 'Z', ' BCZ', 'Z BC') ELSE ${column}::text END`,
    },
  ],
  [1700, { example: '12.50', pattern: /^(-?\d+(\.\d+)?|NaN|-?Infinity)$/ }],
  [
    2950,
    {
      example: '3f0e8f5e-6a0c-4d2b-9b1a-0c6f3d1e7a55',
      pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    },
  ],
]);
