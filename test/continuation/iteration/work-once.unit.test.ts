import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { maximumSameErrors, workOnce } from '../../../src/continuation/iteration/index.js';
import { aCheckpoint } from '../some-checkpoints.js';
import { heartbeatsOf } from './numbered-work.js';

const silent = { logger: new DefaultLogger('ERROR', () => undefined) };
const refused = new Error('relation "orders" does not exist');
const fail = () => Promise.reject(refused);

async function attempt(
  work: () => Promise<unknown>,
  { heartbeatDetails, isOutage }: { heartbeatDetails?: unknown; isOutage?: () => boolean } = {},
) {
  const environment = new MockActivityEnvironment({ heartbeatDetails }, silent);
  const heartbeats = heartbeatsOf(environment);
  const end = await environment
    .run(() => workOnce(work, isOutage === undefined ? {} : { isOutage }))
    .then(
      (value) => ({ value, error: null }),
      (error: unknown) => ({ value: null, error }),
    );
  return { ...end, lastHeartbeat: heartbeats.at(-1) };
}

const failedBefore = (times: number) => ({
  type: 'leftoff.liveness',
  error: { message: refused.message, times },
});

describe('work without items', () => {
  it('leaves the place of an iteration that its Activity goes on to: a worker may be lost before that begins', async () => {
    const place = aCheckpoint({ cursor: 4, sequence: 5 });

    const { value, lastHeartbeat } = await attempt(async () => 61, { heartbeatDetails: place });
    const failed = await attempt(fail, { heartbeatDetails: place });

    expect(value).toBe(61);
    expect([lastHeartbeat, failed.lastHeartbeat].filter((sent) => sent !== undefined)).toMatchObject([place]);
  });

  it('counts its errors beside that place, and ends the run by them', async () => {
    let heartbeatDetails: unknown = aCheckpoint({ cursor: 4, sequence: 5 });
    for (let time = 1; time < maximumSameErrors; time += 1)
      heartbeatDetails = (await attempt(fail, { heartbeatDetails })).lastHeartbeat;

    const { error, lastHeartbeat } = await attempt(fail, { heartbeatDetails });

    expect(error).toMatchObject({ type: 'SameErrorAtSameCursor' });
    expect(lastHeartbeat).toMatchObject({ cursor: 4, sequence: 5 });
  });

  it('returns what it found', async () => {
    expect(await attempt(async () => 61)).toMatchObject({ value: 61, error: null });
  });

  it('passes its error on to Temporal’s retry, and counts it for the next attempt', async () => {
    const { error, lastHeartbeat } = await attempt(fail, { heartbeatDetails: failedBefore(1) });

    expect(error).toBe(refused);
    expect(lastHeartbeat).toMatchObject(failedBefore(2));
  });

  it(`ends the run when the same error came ${maximumSameErrors} times`, async () => {
    const { error } = await attempt(fail, { heartbeatDetails: failedBefore(maximumSameErrors - 1) });

    expect(error).toMatchObject({ nonRetryable: true, message: expect.stringContaining(refused.message) });
  });

  it('never ends the run for an outage', async () => {
    const { error, lastHeartbeat } = await attempt(fail, {
      heartbeatDetails: failedBefore(maximumSameErrors - 1),
      isOutage: () => true,
    });

    expect(error).toBe(refused);
    expect(lastHeartbeat).toMatchObject(failedBefore(maximumSameErrors - 1));
  });
});
