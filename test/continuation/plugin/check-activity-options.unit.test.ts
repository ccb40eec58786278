import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { checkActivityOptions } from '../../../src/continuation/plugin/check-activity-options.js';

const asIteration = { args: {}, from: null, chain: 'a-chain', generation: 1 };
const asBatch = { batchSize: 10, from: { step: 'process', cursor: null, chain: 'a-chain', generation: 1 } };
const careless: Partial<Info> = {
  activityType: 'processOrders',
  heartbeatTimeoutMs: 0,
  startToCloseTimeoutMs: 3_600_000,
  retryPolicy: { maximumAttempts: 3 },
};
const asRecommended: Partial<Info> = { ...careless, heartbeatTimeoutMs: 10_000, retryPolicy: {} };

/** What is told of an Activity that was scheduled with these options and this argument. */
async function toldOf(info: Partial<Info>, arg: object): Promise<string[]> {
  const told: string[] = [];
  const interceptors = [checkActivityOptions(({ message }) => told.push(message))];
  await new MockActivityEnvironment(info, { interceptors }).run(async (_: object) => undefined, arg);
  return told;
}

describe('the check of Activity options', () => {
  it.each([
    { pattern: 'an iteration', arg: asIteration },
    { pattern: 'a batch of a step', arg: asBatch },
  ])(
    'tells of $pattern without heartbeat timeout, or with a limit of attempts, what that costs',
    async ({ arg }) => {
      const told = await toldOf(careless, arg);

      expect(told).toEqual([
        expect.stringContaining(
          'has no heartbeat timeout: that its worker was killed is noticed after 3600 s',
        ),
        expect.stringContaining('has 3 attempts: each lost worker spends one, and the last ends the run'),
      ]);
    },
  );

  it('says nothing where they are as recommended', async () => {
    expect(await toldOf(asRecommended, asIteration)).toEqual([]);
  });

  it('leaves other Activities alone', async () => {
    expect(await toldOf(careless, { orderId: 23 })).toEqual([]);
  });

  it('leaves the clearing of a store alone: few attempts are meant there', async () => {
    expect(await toldOf(careless, { ...asIteration, cleanUp: true })).toEqual([]);
  });
});
