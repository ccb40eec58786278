import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparisonSchema } from '../../src/cli/compare/comparison.js';
import { listOpenRuns } from '../../src/cli/end-open-runs.js';
import { identifyAllProcesses } from '../../src/stack/processes/process-identity.js';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';

let checkout: Checkout;
beforeAll(async () => {
  checkout = await aCheckout();
});
afterAll(() => checkout.cleanUp());

describe('compare', () => {
  it('proves that a lane survives a kill where the control does not, as one JSON document, and leaves nothing behind', async () => {
    const { stdout, exitCode } = await checkout.leftoff(
      ...['compare', '--json', '--yes', '--lanes', 'none,step', '--checkpoint-every', '5'],
      ...['--orders', '30', '--at', '12', '--item-ms', '5', '--price-orders', '0'],
    );

    expect(exitCode).toBe(0);
    const { ok, fault, lanes, verdict } = comparisonSchema.parse(JSON.parse(stdout));
    expect({ ok, fault }).toEqual({ ok: true, fault: 'sigkill' });
    expect(lanes).toMatchObject([
      { lane: 'none', killedAt: 12, resumedAfter: null, revisited: 12, doubled: 12, lost: 0 },
      { lane: 'step', killedAt: 12, resumedAfter: 10, revisited: 2, revisitBound: 5, doubled: 0, lost: 0 },
    ]);
    for (const { recovery, progress } of lanes) {
      expect(recovery).toMatchObject({
        workerReadyMs: expect.any(Number),
        firstEffectMs: expect.any(Number),
      });
      expect(progress.at(-1)).toMatchObject({ done: 30 });
    }
    expect(verdict.join('\n')).toContain('Lost 0 and doubled 0 in 1 lane with checkpoints');
    const processes = [...(await identifyAllProcesses()).values()];
    expect({
      processes: processes.filter(({ command }) => command.includes(checkout.home)),
      openRuns: await listOpenRuns(checkout.temporal),
      faults: await readdir(join(checkout.home, 'faults')),
    }).toEqual({ processes: [], openRuns: [], faults: [] });
  });

  it.each([
    ['a fault that there is not', ['--fault', 'earthquake'], 'npx leftoff compare --fault help'],
    ['to strike servers of the user’s', ['--fault', 'redis-flushed'], 'Unset REDIS_URL'],
  ])('refuses %s before anything is started, and exits 2', async (_, flags, words) => {
    const { stderr, exitCode } = await checkout.leftoff('compare', ...flags);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(words);
  });
});
