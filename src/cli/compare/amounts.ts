/** Amounts as a comparison tells them: short enough for a table of many columns, and never more exact than they are. Pure. */

/** `85 µs`, `1.4 ms`, `140 ms`, `1.2 s`. */
export function describeMs(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1_000)} µs`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** `1.05 ×` */
export function describeRatio(ratio: number): string {
  return `${ratio.toFixed(2)} ×`;
}

export function describeBytes(bytes: number): string {
  return bytes < 1_024 ? `${bytes} B` : `${Math.round(bytes / 1_024)} KiB`;
}

/** What is not there is a dash, in every table. */
export function orDash<T>(value: T | null, describe: (value: T) => string = String): string {
  return value === null ? '–' : describe(value);
}

/** `a, b and c` */
export function listed(words: readonly string[]): string {
  const last = words.at(-1);
  if (last === undefined) return 'none';
  return words.length === 1 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
