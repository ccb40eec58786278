/** Servers of a measurement's own, in a temporary home, and what reads them; gone at the end. */
import { measure } from './measure.js';
import type { Place } from './play-fault.js';

export async function onOwnStack(work: (place: Place) => Promise<void>): Promise<void> {
  await measure(({ environment, pool, client }) => work({ environment, pool, client }));
}
