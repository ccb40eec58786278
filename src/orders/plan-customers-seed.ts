/**
 * The seed for the nested story: 50 real customers with all their orders, the same each time, laid out for a stage.
 *
 * C1  They are numbered 1 to 50, so that "customer 42" is one of them; orders from 1, in the order of their ids.
 * C2  Customer 42 has orders in several months: a worker can be killed between two of them.
 *
 * They follow each other in the file; which ones, was chosen for C2 and for a story of a quarter of a minute.
 */
import { UserError } from '../user-error.js';
import type { Order } from './order.js';
import type { SeedOrder } from './plan-quick-seed.js';

/** How many of the file's customers come before them. */
const passedOver = 104;
const seeded = 50;

export function planCustomersSeed(file: readonly Order[]): SeedOrder[] {
  const all = [...new Set(file.map(({ customerId }) => customerId))].toSorted((a, b) => a - b);
  const chosen = all.slice(passedOver, passedOver + seeded);
  if (chosen.length < seeded)
    throw new UserError(
      `A seed of customers needs ${passedOver + seeded} of them; the file has ${all.length}.`,
      'Seed any number of its orders instead: npx leftoff seed --total N',
    );
  const numbers = new Map(chosen.map((customerId, index) => [customerId, index + 1]));
  return file
    .toSorted((a, b) => a.orderId - b.orderId)
    .flatMap((order) => {
      const customerId = numbers.get(order.customerId);
      return customerId === undefined ? [] : [{ ...order, customerId }];
    })
    .map((order, index) => ({ ...order, orderId: index + 1, status: 'pending', reason: null }));
}
