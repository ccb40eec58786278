/** A demo, or a comparison, needs the stage to itself: another worker would take over what it kills. */
import { UserError } from '../../user-error.js';
import type { Player } from './player.js';

/** @throws UserError where there is one */
export function refuseOtherWorkers({ noun }: Player, identities: readonly string[]): void {
  if (identities.length === 0) return;
  throw new UserError(
    `A worker is running already (${identities.join(', ')}): it would take over what the ${noun} kills.`,
    'npx leftoff kill --signal SIGTERM',
  );
}
