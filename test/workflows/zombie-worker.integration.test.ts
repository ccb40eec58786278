import { expect, it } from 'vitest';
import { ownStage, patterns } from './orders-stage.js';

const frozenAt = 10;
const takenOverBy = { timeout: 20_000, interval: 20 };

const own = ownStage();

it.each(patterns)(
  'a worker that wakes after another took its order over charges nothing a second time, in the %s pattern',
  async (pattern) => {
    await own.stage.orders({ kind: 'quick' });
    const zombie = own.stage.startWorker();
    await zombie.ready;
    const { fallen } = await own.stage.arm('SIGSTOP', frozenAt);
    const runId = await own.stage.startRun({ pattern, itemMs: 20, checkpointEvery: 5 });
    expect(await fallen).toMatchObject({ pid: zombie.pid, position: frozenAt });

    const visitsOf = async (orderId: number) => (await own.stage.visits(runId)).get(orderId) ?? 0;
    const successor = own.stage.startWorker();
    await successor.ready;
    await expect.poll(() => own.stage.lastDone(runId), takenOverBy).toBeGreaterThan(frozenAt);
    const whileFrozen = await visitsOf(frozenAt);
    zombie.signal('SIGCONT');
    await expect.poll(() => visitsOf(frozenAt), takenOverBy).toBeGreaterThan(whileFrozen);
    const result = await own.stage.end(runId);

    expect(result.resumptionCount).toBeGreaterThan(0);
    expect(await own.stage.prove(runId)).toMatchObject({
      ...{ processed: 60, failed: 1, charges: 60, lost: [], lostCount: 0, doubled: [], doubledCount: 0 },
    });
  },
);
