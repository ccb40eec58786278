/** The middle of several measurements, and from where to where they lay: medians and extremes, since a dozen samples have no tails. */
export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly n: number;
}

/** Null of none. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  return {
    median: median(values),
    lowest: Math.min(...values),
    highest: Math.max(...values),
    n: values.length,
  };
}

/** The middle of several measurements; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Round by round: what of both lanes was measured in the same round. */
export function ratios(values: readonly number[], baseline: readonly number[]): readonly number[] {
  return pairs(values, baseline, (value, base) => value / base);
}

export function differences(values: readonly number[], baseline: readonly number[]): readonly number[] {
  return pairs(values, baseline, (value, base) => value - base);
}

function pairs(
  values: readonly number[],
  others: readonly number[],
  combine: (value: number, other: number) => number,
): readonly number[] {
  return values.flatMap((value, round) => {
    const other = others[round];
    return other === undefined ? [] : [combine(value, other)];
  });
}
