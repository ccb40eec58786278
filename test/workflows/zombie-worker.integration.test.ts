import { expect, it } from 'vitest';
import type { FaultScene } from '../../src/faults/fault.js';
import { faultNamed } from '../../src/faults/faults.js';
import { readEnvironment } from '../../src/stack/environment.js';
import { ownStage, patterns } from './orders-stage.js';

const frozenAt = 10;
const takenOverBy = { timeout: 20_000, interval: 20 };

const own = ownStage();

it.each(patterns)(
  'a worker that wakes after another took its order over charges nothing a second time, in the %s pattern',
  async (pattern) => {
    await own.stage.orders({ kind: 'quick' });
    const runId = `zombie-${pattern}`;
    const scene: FaultScene = {
      environment: readEnvironment({ ...own.checkout.environment }),
      pool: own.checkout.database.pool,
      client: own.checkout.temporal,
      ...{ runId, at: frozenAt, signal: AbortSignal.timeout(60_000) },
      startWorker: async () => own.stage.startWorker(),
      expectEndOf: () => undefined,
      tell: () => undefined,
    };
    await (await scene.startWorker()).ready;
    const { fallen } = await faultNamed('zombie').arm(scene);
    await own.stage.startRun({ pattern, runId, itemMs: 20, checkpointEvery: 5 });
    expect(await fallen).toMatchObject({ fault: 'zombie', position: frozenAt });

    // The successor's visit, and the zombie's late one.
    const visitsOf = async (orderId: number) => (await own.stage.visits(runId)).get(orderId) ?? 0;
    await expect.poll(() => visitsOf(frozenAt), takenOverBy).toBeGreaterThan(1);
    const result = await own.stage.end(runId);

    expect(result.resumptionCount).toBeGreaterThan(0);
    expect(await own.stage.prove(runId)).toMatchObject({
      ...{ processed: 60, failed: 1, charges: 60, lost: [], lostCount: 0, doubled: [], doubledCount: 0 },
    });
  },
);
