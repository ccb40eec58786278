/** Numbers as the page writes them: three digits that mean something, the unit beside them, and a dash for what is not known. A unit never starts a line. */
import type { Spread } from '../compare/comparison.js';

export const unknown = '–';

const compact = new Intl.NumberFormat('en', { notation: 'compact' });
const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export function count(value: number | null): string {
  return value === null ? unknown : grouped.format(value);
}

/** For an axis: 500, 20K, 1M. */
export function short(value: number): string {
  return compact.format(value);
}

/** "1 order", "2 orders". */
export function counted(value: number, one: string): string {
  return `${count(value)} ${one}${value === 1 ? '' : 's'}`;
}

/** Milliseconds in the unit that fits them: 62 µs, 8.7 ms, 123 ms, 2.7 s, 41 s. */
export function duration(ms: number | null): string {
  if (ms === null) return unknown;
  const size = Math.abs(ms);
  // Each limit is where the unit's rounding would reach the next one.
  if (size < 0.9995) return `${count(ms * 1000)}\u00a0µs`;
  if (size < 9.95) return `${ms.toFixed(1)}\u00a0ms`;
  if (size < 999.5) return `${count(ms)}\u00a0ms`;
  const seconds = ms / 1000;
  return Math.abs(seconds) < 9.95 ? `${seconds.toFixed(1)}\u00a0s` : `${count(seconds)}\u00a0s`;
}

export function bytes(value: number | null): string {
  if (value === null) return unknown;
  if (value < 1000) return `${value}\u00a0B`;
  return value < 999_500 ? `${round(value / 1000)}\u00a0kB` : `${round(value / 1e6)}\u00a0MB`;
}

/** How many times as long: 1.04×. */
export function ratio(value: number | null): string {
  return value === null ? unknown : `${value.toFixed(2)}×`;
}

/** From the lowest to the highest, and of how many; nothing where there is one. */
export function spreadWords(spread: Spread | null, write: (value: number) => string): string {
  if (spread === null || spread.n < 2) return '';
  return `${between(spread.lowest, spread.highest, write)}, n = ${spread.n}`;
}

/** "3 s", "3 to 5 s" or "900 ms to 5 s": by what is written, so that nobody reads "3 s to 3 s". */
export function between(lowest: number, highest: number, write: (value: number) => string): string {
  const [from, to] = [write(lowest), write(highest)];
  if (from === to) return from;
  const unit = /(\u00a0\S+|×)$/.exec(to)?.[0] ?? '';
  return `${from.endsWith(unit) ? from.slice(0, from.length - unit.length) : from} to ${to}`;
}

function round(value: number): string {
  return value < 9.95 ? value.toFixed(1) : count(value);
}
