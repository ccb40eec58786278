/** The Activities of the job in steps: thin, over what the books can do. */
import { type BatchStart, times, workBatch, workOnce } from 'leftoff/iteration';

export interface Month {
  readonly name: string;
  readonly days: number;
}

export interface Books {
  customers(month: Month): Promise<number>;
  bill(customer: number): Promise<void>;
  close(day: number): Promise<void>;
  /** Archives a page and says which is next; null: none. */
  archive(page: string | null): Promise<string | null>;
  publish(month: Month): Promise<string>;
}

export type BillingActivities = ReturnType<typeof billingActivities>;

export const billingActivities = (books: Books) => ({
  countCustomers: (month: Month) => workOnce(() => books.customers(month)),
  billBatch: ({ customers, from }: { readonly customers: number; readonly from: BatchStart<number> }) =>
    workBatch({
      from,
      enumerator: times(customers),
      eachIteration: (customer) => books.bill(customer),
      checkpointEvery: 10,
    }),
  closeDay: ({ day }: { readonly month: Month; readonly day: number }) => workOnce(() => books.close(day)),
  archivePage: ({ page }: { readonly month: Month; readonly page: string | null }) =>
    workOnce(() => books.archive(page)),
  publish: (month: Month) => workOnce(() => books.publish(month)),
});
