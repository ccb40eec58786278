/** What an enumerator Activity is scheduled with. Types only, so that Workflows may import it. */
import type { Checkpoint } from '../checkpoint.js';

export interface IterationInput<Args> {
  readonly args: Args;
  /** The checkpoint that the Workflow knows; a newer one in the heartbeat details wins. Null: from the beginning. */
  readonly from: Checkpoint | null;
}
