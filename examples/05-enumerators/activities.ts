/** What can be gone through, besides arrays and rows. */
import {
  array,
  batched,
  csv,
  type Entry,
  enumerator,
  fail,
  iteration,
  MalformedRowError,
  nested,
  rowOf,
  skip,
  throttled,
} from 'leftoff/iteration';

export interface World {
  note(what: string): Promise<void>;
  productsOf(shop: string): readonly string[];
  /** Milliseconds until the other side takes more; 0: now. */
  loadMs(): number;
  /** A page of tickets after a token. */
  tickets(after: string | null): Promise<readonly { readonly id: string; readonly title: string }[]>;
}

export const enumeratorActivities = (world: World) => ({
  /**
   * Rows of a file, resumed by bytes. One that can't be read is an item too: `rowOf` throws, and the policy decides. It is
   * passed over where it is certain where it ends: else rows after it may be pieces of it.
   */
  importOrders: iteration({
    buildEnumerator: ({ file }: { readonly file: string }) => csv(file, { header: ['id', 'cents'] }),
    eachIteration: async (item) => {
      const { id, cents } = rowOf(item);
      await world.note(`${id} ${cents}`);
    },
    onError: (error) => (error instanceof MalformedRowError && error.extent === 'known' ? skip() : fail),
  }),

  /** For each shop its products. The place within a shop belongs to that shop alone. */
  reprice: iteration({
    buildEnumerator: ({ shops }: { readonly shops: readonly string[] }) =>
      nested(array(shops), (shop) => array(world.productsOf(shop))),
    eachIteration: ([shop, product]) => world.note(`${shop}: ${product}`),
  }),

  /** Ten at a time, and not now where the other side is busy: the run then waits in its Workflow and holds no worker. */
  index: iteration({
    buildEnumerator: ({ ids }: { readonly ids: readonly number[] }) =>
      throttled(batched(array(ids), 10), { waitMs: () => world.loadMs() }),
    eachIteration: (batch) => world.note(batch.join(' ')),
  }),

  /** One of your own: an async generator that starts strictly after the cursor it is given. */
  answerTickets: iteration({
    buildEnumerator: (_args: object) =>
      enumerator(async function* (cursor: string | null): AsyncGenerator<Entry<string, string>> {
        let after = cursor;
        for (;;) {
          const page = await world.tickets(after);
          if (page.length === 0) return;
          for (const { id, title } of page) {
            yield { item: title, cursor: id };
            after = id;
          }
        }
      }),
    eachIteration: (title) => world.note(title),
  }),
});
