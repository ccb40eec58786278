/**
 * One row of a file of orders: its five columns, and what each may be.
 *
 * W1  Nothing is guessed: a cell is of its column's type and range, as PostgreSQL has them, or the row is broken.
 * W2  What is wrong is said in words: the column, what was found there, and what it should be.
 * W3  What was found is shown shortened, and without its control characters: it may come to a terminal.
 */
import { z } from 'zod';
import type { Order } from './order.js';

export const orderColumns = ['order_id', 'customer_id', 'ordered_on', 'units', 'total_cents'] as const;

export type OrderColumn = (typeof orderColumns)[number];

const greatestInteger = 2_147_483_647;

const integerFrom = (least: number) =>
  z
    .string()
    .regex(/^-?\d+$/, 'is not a whole number')
    // Of hundreds of digits it is infinite, and no number to zod.
    .transform((digits) => Math.max(-Number.MAX_VALUE, Math.min(Number(digits), Number.MAX_VALUE)))
    .pipe(
      z
        .number()
        .min(least, `is below ${least}`)
        .max(greatestInteger, `is above ${greatestInteger}, the greatest integer`),
    );

const rowSchema = z
  .object({
    order_id: integerFrom(1),
    customer_id: integerFrom(1),
    // PostgreSQL has no year 0.
    ordered_on: z.iso
      .date('is not a date like 1997-01-18')
      .refine((date) => !date.startsWith('0000'), 'is in a year 0, which there is not'),
    units: integerFrom(1),
    total_cents: integerFrom(0),
  })
  .transform(
    (row): Order => ({
      orderId: row.order_id,
      customerId: row.customer_id,
      orderedOn: row.ordered_on,
      units: row.units,
      totalCents: row.total_cents,
    }),
  );

export type OrderRow =
  | { readonly kind: 'order'; readonly order: Order }
  /** `problem` stands after the column's name: `is "0", which is below 1`. */
  | { readonly kind: 'broken'; readonly column: string; readonly problem: string };

/** Reads a row's cells, by column. */
export function readOrderRow(cells: Readonly<Record<string, string | undefined>>): OrderRow {
  const parsed = rowSchema.safeParse(cells);
  if (parsed.success) return { kind: 'order', order: parsed.data };
  const issue = parsed.error.issues[0];
  const column = String(issue?.path[0]);
  const problem = `is ${shownCell(cells[column] ?? '')}, which ${issue?.message ?? 'is not valid'}`;
  return { kind: 'broken', column, problem };
}

/** Long enough to be found again in the file. */
const longestCell = 60;

/** A cell, or a header, as a message quotes it (W3). */
export function shownCell(cell: string): string {
  return `"${shownText(cell, longestCell)}"`;
}

/** Text of unknown origin, shortened, its control and format characters as \\u001b: shown raw they would colour or move what a terminal shows. */
export function shownText(text: string, longest = Number.POSITIVE_INFINITY): string {
  return (text.length > longest ? `${text.slice(0, longest)}…` : text).replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
