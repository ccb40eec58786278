/** The same numbers in [0, 1) for the same seed (mulberry32): what fell once can be made to fall again. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** An order from `from` to `to`, both among them, the same for the same seed: where a fault falls that is told no order. */
export function drawOrder(
  seed: number,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  return from + Math.floor(seededRandom(seed)() * (to - from + 1));
}
