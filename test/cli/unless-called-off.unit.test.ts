import { describe, expect, it } from 'vitest';
import { unlessCalledOff, untilCalledOff } from '../../src/cli/unless-called-off.js';

const reason = new Error('enough');
const endless = new Promise<never>(() => undefined);

describe('being called off', () => {
  it('is noticed also where it came before anybody waited for it', async () => {
    const early = AbortSignal.abort(reason);

    await expect(untilCalledOff(early)).resolves.toBeUndefined();
    await expect(unlessCalledOff(endless, early)).rejects.toBe(reason);
  });

  it('ends a wait that is under way', async () => {
    const stop = new AbortController();
    const waiting = [untilCalledOff(stop.signal), unlessCalledOff(endless, stop.signal)];

    stop.abort(reason);

    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
    ]);
  });

  it('changes nothing of work that is done', async () => {
    await expect(unlessCalledOff(Promise.resolve('done'), new AbortController().signal)).resolves.toBe(
      'done',
    );
  });
});
