/** Numbers as the page writes them: amounts as every table of a comparison has them, and a unit never starts a line. */
import { describeBytes, describeMs, describeRatio, orDash } from '../compare/amounts.js';
import type { Spread } from '../compare/comparison.js';

export const unknown = '–';

const compact = new Intl.NumberFormat('en', { notation: 'compact' });

export function count(value: number | null): string {
  return orDash(value, (known) => known.toLocaleString('en'));
}

/** For an axis: 500, 20K, 1M. */
export function short(value: number): string {
  return compact.format(value);
}

/** "1 order", "2 orders". */
export function counted(value: number, one: string): string {
  return `${count(value)} ${one}${value === 1 ? '' : 's'}`;
}

export function duration(ms: number | null): string {
  return unbroken(orDash(ms, describeMs));
}

export function bytes(value: number | null): string {
  return unbroken(orDash(value, describeBytes));
}

export function ratio(value: number | null): string {
  return unbroken(orDash(value, describeRatio));
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
  const unit = /\u00a0\S+$/.exec(to)?.[0] ?? '';
  return `${from.endsWith(unit) ? from.slice(0, from.length - unit.length) : from} to ${to}`;
}

function unbroken(words: string): string {
  return words.replaceAll(' ', '\u00a0');
}
