/** The smallest iteration: a letter to each customer. */
import { array, iteration } from 'leftoff/iteration';

export interface Letters {
  readonly customers: readonly string[];
}

/** A letter that is met again after a kill has the same key again: by it the other side can tell. */
export interface Post {
  send(customer: string, options: { readonly idempotencyKey: string }): Promise<void>;
}

export const letterActivities = (post: Post) => ({
  sendLetters: iteration({
    buildEnumerator: ({ customers }: Letters) => array(customers),
    eachIteration: (customer, _letters, { runId }) =>
      post.send(customer, { idempotencyKey: `${runId}/${customer}` }),
  }),
});
