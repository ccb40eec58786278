/** The order of attempts: by generation, then by attempt. */
import type { Epoch } from './checkpoint-store.js';

/** Whether `epoch` is strictly after `other`. */
export function isLater(epoch: Epoch, other: Epoch): boolean {
  return epoch.generation === other.generation
    ? epoch.attempt > other.attempt
    : epoch.generation > other.generation;
}
