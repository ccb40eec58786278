import { appendFile, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { type BatchStart, type CsvCursor, csv, rowOf, workBatch, workOnce } from 'leftoff/iteration';

export type Charge = { readonly orders: string; readonly ledger: string };

/** Some orders of the file: a line in the ledger each. */
export const chargeBatch = ({ orders, ledger, from }: Charge & { readonly from: BatchStart<CsvCursor> }) =>
  workBatch({
    from,
    enumerator: csv(orders),
    checkpointEvery: 10,
    eachIteration: async (item) => {
      const { order_id, total_cents } = rowOf(item);
      await setTimeout(20);
      await appendFile(ledger, `${order_id} ${total_cents}\n`);
    },
  });

export const countLines = ({ ledger }: Charge) =>
  workOnce(async () => (await readFile(ledger, 'utf8')).trimEnd().split('\n').length);
