import { describe, expect, it } from 'vitest';
import { refuseEndlessWork } from '../../src/cli/refuse-endless-work.js';

/** What a timer of Node's can hold, in milliseconds. */
const longestWaitMs = 2_147_483_647;

describe('the pretended work of a transaction', () => {
  it.each([
    ['none', 0, 100_000],
    ['as long as a timer can wait', longestWaitMs, 1],
  ])('may be %s', (_, itemMs, batchSize) => {
    expect(() => refuseEndlessWork(itemMs, batchSize)).not.toThrow();
  });

  it.each([
    ['by the size of the batch', 3_600_000, 1_000, '42 days'],
    ['by a millisecond', longestWaitMs + 1, 1, '25 days'],
  ])('is refused where no timer can wait so long, %s', (_, itemMs, batchSize, words) => {
    expect(() => refuseEndlessWork(itemMs, batchSize)).toThrow(words);
  });
});
