import { type Lane, type LaneName, lanes } from '../dist/cli/compare/lanes.js';

/** @throws Error for a name without a lane: the schema has them all */
export function laneNamed(name: LaneName): Lane {
  const lane = lanes.find((each) => each.name === name);
  if (lane === undefined) throw new Error(`There is no lane ${name}.`);
  return lane;
}
