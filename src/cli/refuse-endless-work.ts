/** A transaction's pretended work is one wait, and a timer holds 2^31 - 1 ms: beyond it Node would not wait at all. */
import { UserError } from '../user-error.js';

const longestWaitMs = 2 ** 31 - 1;
const dayMs = 86_400_000;

/** @throws UserError (usage) for a transaction that would take longer */
export function refuseEndlessWork(itemMs: number, batchSize: number): void {
  const waitMs = itemMs * batchSize;
  if (waitMs <= longestWaitMs) return;
  throw new UserError(
    `${itemMs} ms of pretended work for each of the ${batchSize} orders in a transaction would take ${Math.round(waitMs / dayMs)} days; the most is ${Math.floor(longestWaitMs / dayMs)}.`,
    'Give a smaller --item-ms or --batch-size.',
    'usage',
  );
}
