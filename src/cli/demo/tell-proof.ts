/** The proof in words; which orders, where it fails. */
import type { Proof } from '../../orders/prove-orders.js';
import { dollars } from '../../worker/told-work.js';
import type { Narrator } from './narrator.js';

/** @returns whether nothing was lost and nothing doubled */
export function tellProof(narrator: Narrator, proof: Proof): boolean {
  narrator.fact(
    `processed ${proof.processed}, failed ${proof.failed}, revisited ${proof.revisited}; ${proof.charges} charges, ${dollars(proof.cents)}`,
  );
  if (proof.lostCount === 0) narrator.good('lost 0');
  else narrator.bad(`lost ${proof.lostCount}: ${listed(proof.lost, proof.lostCount)}`);
  if (proof.doubledCount === 0) narrator.good('doubled 0');
  else
    narrator.bad(
      `doubled ${proof.doubledCount}: charged more than once: ${listed(proof.doubled, proof.doubledCount)}`,
    );
  return proof.lostCount === 0 && proof.doubledCount === 0;
}

/** Ids that fit a line of 80 columns. */
const shown = 8;

function listed(ids: readonly number[], count: number): string {
  const some = ids.slice(0, shown).join(', ');
  return `order${count === 1 ? '' : 's'} ${some}${count > shown ? ', …' : ''}`;
}
