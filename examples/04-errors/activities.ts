/** Four kinds of errors, and what becomes of each. */
import { array, fail, iteration, retry, skip } from 'leftoff/iteration';

export interface Cards {
  readonly cards: readonly string[];
}

export class CardRefused extends Error {}
export class BankBusy extends Error {}
export class BankAway extends Error {}

export interface Bank {
  charge(card: string, idempotencyKey: string): Promise<void>;
  tellOwner(card: string, reason: string): Promise<void>;
}

export const cardActivities = (bank: Bank) => ({
  chargeCards: iteration({
    buildEnumerator: ({ cards }: Cards) => array(cards),
    eachIteration: (card, _cards, { runId }) => bank.charge(card, `${runId}/${card}`),
    // No card's fault: tried again until the bank is back, and counted nowhere.
    isOutage: (error) => error instanceof BankAway,
    onError: (error) => {
      // This card's fault: counted as failed with its reason, and on to the next one.
      if (error instanceof CardRefused) return skip();
      // May pass: this card again, after 1, 2, 4 … s; the run fails at the same error's tenth time.
      if (error instanceof BankBusy) return retry({ times: 10, initialMs: 1_000 });
      // Nobody knows: the run fails here, and keeps its cursor for whoever starts it again.
      return fail;
    },
    onSkipped: (card, reason) => bank.tellOwner(card, reason),
  }),
});
