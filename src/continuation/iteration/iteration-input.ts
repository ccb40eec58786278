/** What an enumerator Activity is scheduled with. Types only, so that Workflows may import it. */
import type { Checkpoint } from '../checkpoint.js';

export interface IterationInput<Args> {
  readonly args: Args;
  /** The checkpoint that the Workflow knows; a newer one in the heartbeat details or a store wins. Null: from the beginning. */
  readonly from: Checkpoint | null;
  /** See `BatchStart`; left out by releases before, and by tests of an Activity alone. */
  readonly chain?: string;
  /** How many Activities of this run were scheduled, this one included. */
  readonly generation?: number;
  /** Set after a wait of the run's own: taking it up again is no resumption. */
  readonly afterWait?: true;
  /** Set where the run is to be paused: only read what its Activity in hand has in the heartbeat. */
  readonly readHeld?: true;
  /** Set where the run has completed or was cancelled: only clear what a store keeps of it. */
  readonly cleanUp?: true;
}
