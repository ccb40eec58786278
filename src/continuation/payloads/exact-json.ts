/**
 * JSON in which a bigint and a Date stay what they are; everything else becomes what JSON makes of it.
 *
 * X1  A bigint and a Date come back as they were, at any depth, written as in cursors: `{ $bigint }`, `{ $date }`.
 * X2  An object of the caller's own that has such a key comes back as that object.
 * X3  Nothing else changes against JSON: `undefined` is left out, `toJSON` is called, an invalid Date is null. A cursor
 *     is stricter; what a job is started with has been JSON all along, and must go on as it was.
 */
import { encodeValue, escapeKey, reviveUnfrozen } from '../cursor.js';

/** Whether JSON would change or refuse a part of it: a bigint or a Date, at any depth. */
export function holdsBigintOrDate(value: unknown, met: Set<object> = new Set()): boolean {
  if (typeof value === 'bigint') return true;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  if (isDate(value)) return true;
  // A cycle is JSON's to refuse.
  if (met.has(value)) return false;
  met.add(value);
  if ('toJSON' in value && typeof value.toJSON === 'function') return holdsBigintOrDate(value.toJSON(), met);
  return Object.values(value).some((part) => holdsBigintOrDate(part, met));
}

/** @throws TypeError for a cycle, as JSON does */
export function writeExactJson(value: unknown): string {
  return JSON.stringify(value, tagged);
}

export function readExactJson<Value>(text: string): Value {
  return JSON.parse(text, reviveUnfrozen);
}

function tagged(this: Readonly<Record<string, unknown>>, key: string, part: unknown): unknown {
  // By now a toJSON has been called, a Date's own or what a program gave all bigints: what it was stands in what holds it.
  const was = this[key];
  for (const exact of [was, part]) {
    if (typeof exact === 'bigint') return encodeValue(exact);
    if (isDate(exact)) return Number.isNaN(Number(exact)) ? null : encodeValue(exact);
  }
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  const ambiguous = Object.keys(part).some((name) => name.startsWith('$'));
  return ambiguous
    ? Object.fromEntries(Object.entries(part).map(([name, each]) => [escapeKey(name), each]))
    : part;
}

/** A Workflow's sandbox has classes of its own, so this can't be told by `instanceof`. */
function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]';
}
