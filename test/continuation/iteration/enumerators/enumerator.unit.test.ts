import { describe, expect, it } from 'vitest';
import { batched } from '../../../../src/continuation/iteration/enumerators/batched.js';
import { enumerator } from '../../../../src/continuation/iteration/enumerators/enumerator.js';
import { nested } from '../../../../src/continuation/iteration/enumerators/nested.js';
import { throttled } from '../../../../src/continuation/iteration/enumerators/throttled.js';
import { entriesAfter, itemsAfter, kept, runInterrupted } from './an-interrupted-run.js';

interface Message {
  readonly at: Date;
  readonly sequence: bigint;
  readonly text: string;
}

const messages: Message[] = ['a', 'b', 'c', 'd'].map((text, i) => ({
  at: new Date(i),
  sequence: 2n ** 60n + BigInt(i),
  text,
}));

/** A feed out of an async generator of one's own, which holds something open while it is read. */
function aFeed() {
  let open = 0;
  const feed = enumerator<Message, { at: Date; sequence: bigint }>(async function* (cursor) {
    open += 1;
    try {
      for (const message of messages)
        if (cursor === null || message.sequence > cursor.sequence)
          yield { item: message, cursor: { at: message.at, sequence: message.sequence } };
    } finally {
      open -= 1;
    }
  });
  return { feed, open: () => open };
}

describe('an enumerator of your own', () => {
  it('is an async generator that gets the cursor to resume strictly after, with its types as they were', async () => {
    const { feed } = aFeed();
    const [, second] = await entriesAfter(feed);

    const rest = await itemsAfter(feed, second && kept(second.cursor));

    expect(rest).toEqual(messages.slice(2));
  });

  it('goes with all that goes around enumerators', async () => {
    const { feed } = aFeed();
    const answers = [null, 5, null, null, 5];
    const build = () =>
      batched(
        nested(throttled(feed, { waitMs: () => answers.shift() ?? null }), () => feed),
        3,
      );

    const run = await runInterrupted(build, [100]);

    expect(run.items.flat()).toEqual(messages.flatMap((outer) => messages.map((inner) => [outer, inner])));
    expect(run.waits).toBe(2);
  });

  it('is ended when the one around it is abandoned, at a batch, a wait or a child', async () => {
    const { feed, open } = aFeed();
    const waiting = throttled(feed, { waitMs: ({ text }) => (text === 'b' ? 5 : null) });
    const around = [
      throttled(feed, { waitMs: () => null }),
      waiting,
      batched(feed, 2),
      batched(waiting, 2),
      nested(feed, () => feed),
      nested(feed, () => waiting),
      nested(waiting, () => batched(feed, 3)),
    ];

    for (const enumerating of around) {
      for await (const _ of enumerating.after(null)) {
        expect(open()).toBeGreaterThan(0);
        break;
      }

      expect(open()).toBe(0);
    }
  });

  it('is ended when a question about its items fails', async () => {
    const { feed, open } = aFeed();
    const unanswered = throttled(feed, { waitMs: () => Promise.reject(new Error('No answer.')) });

    await expect(itemsAfter(nested(feed, () => unanswered))).rejects.toThrow('No answer.');

    expect(open()).toBe(0);
  });
});
