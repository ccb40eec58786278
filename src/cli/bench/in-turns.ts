/**
 * Lanes take turns: each round starts with another one, so that none is always the first, and the first round warms up.
 */
export interface Turn<Lane> {
  readonly lane: Lane;
  /** 0: warms up (caches, prepared statements, JIT), and isn't counted. */
  readonly round: number;
}

export function inTurns<Lane>(lanes: readonly Lane[], repeat: number): readonly Turn<Lane>[] {
  return Array.from({ length: repeat + 1 }, (_, round) => {
    return rotated(lanes, round).map((lane) => ({ lane, round }));
  }).flat();
}

export function rotated<Lane>(lanes: readonly Lane[], round: number): readonly Lane[] {
  const first = round % Math.max(lanes.length, 1);
  return [...lanes.slice(first), ...lanes.slice(0, first)];
}
