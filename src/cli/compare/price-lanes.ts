/**
 * What lanes cost over their bare loops, from milliseconds round by round. Pure.
 *
 * Of one round each: what was measured side by side is divided, so that a machine that grows slow meanwhile counts for nothing.
 */
import { differences, ratios, spreadOf } from '../bench/spread.js';
import { type LanePrice, notPriced } from './summarise-lane.js';

export interface Priced {
  /** Milliseconds, one a round. */
  readonly laneMs: readonly number[];
  /** Its bare loop's, of the same rounds. */
  readonly bareMs: readonly number[];
  /** Made in one round. */
  readonly checkpoints: number;
}

export function priceLane({ laneMs, bareMs, checkpoints }: Priced): LanePrice {
  const overheadSpread = spreadOf(ratios(laneMs, bareMs));
  const over = spreadOf(differences(laneMs, bareMs));
  if (overheadSpread === null || over === null) return notPriced;
  const measurable = checkpoints > 0 && over.median > 0;
  return {
    overhead: overheadSpread.median,
    overheadSpread,
    checkpointMs: measurable ? over.median / checkpoints : null,
  };
}
