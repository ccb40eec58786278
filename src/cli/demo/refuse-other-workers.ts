/** A demo needs the stage to itself: another worker would take over what the demo kills. */
import { UserError } from '../../user-error.js';

/** @throws UserError where there is one */
export function refuseOtherWorkers(identities: readonly string[]): void {
  if (identities.length === 0) return;
  throw new UserError(
    `A worker is running already (${identities.join(', ')}): it would take over what the demo kills.`,
    'npx leftoff kill --signal SIGTERM',
  );
}
