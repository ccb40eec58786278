/**
 * What plain data is, told without `instanceof`: a Workflow's sandbox has classes of its own.
 */
import type { JsonValue } from './cursor.js';

/** Whether it is an object that a literal could have made, or one without a prototype. */
export function isPlainObject(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** `a Map`; for errors. */
export function describeClass(value: object): string {
  const made: unknown = Reflect.get(value, 'constructor');
  const name = typeof made === 'function' ? made.name : '';
  return name === '' ? 'an object of a class without a name' : `a ${name}`;
}

/** Whether it is what JSON.parse could have returned. */
export function isJson(value: unknown): value is JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.every(isJson);
  return isPlainObject(value) && Object.values(value).every(isJson);
}
