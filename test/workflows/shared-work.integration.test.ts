import { expect, it } from 'vitest';
import type { RealWorker } from '../worker/real-workers.js';
import { ownStage } from './orders-stage.js';

const total = 200;
/** Long enough that the first worker can't do it all before it hears that it is to stop. */
const itemMs = 20;
const underWay = { timeout: 20_000, interval: 10 };

const own = ownStage();

it('workers that come and go share runs of both patterns over the same orders: each order is charged once, and every run completes', async () => {
  await own.stage.orders({ kind: 'total', total });
  const first = own.stage.startWorker();
  await first.ready;
  const runs = await Promise.all([
    own.stage.startRun({ pattern: 'step', checkpointEvery: 3, itemMs }),
    own.stage.startRun({ pattern: 'enumerator', itemMs }),
    own.stage.startRun({ pattern: 'step', batchSize: 7, checkpointEvery: 14, itemMs }),
    own.stage.startRun({ pattern: 'enumerator', batchSize: 2, itemMs }),
  ]);
  await expect.poll(async () => sum(await Promise.all(runs.map(own.stage.lastDone))), underWay).not.toBe(0);
  first.signal('SIGTERM');
  const others = [own.stage.startWorker(), own.stage.startWorker()];
  const results = await Promise.all(runs.map((runId) => own.stage.end(runId)));

  expect(await first.exited).toEqual({ code: 0, signal: null });
  expect(hasVisited(first)).toBe(true);
  await expect.poll(() => others.some(hasVisited), { timeout: 5_000 }).toBe(true);
  expect(sum(results.map(({ counts }) => counts.processed + counts.failed))).toBe(total);
  const proofs = await Promise.all(runs.map((runId) => own.stage.prove(runId)));
  expect(sum(proofs.map(({ processed, failed }) => processed + failed))).toBe(total);
  expect(sum(proofs.map(({ charges }) => charges))).toBe(sum(proofs.map(({ processed }) => processed)));
  for (const proof of proofs) expect(proof).toMatchObject({ lost: [], doubled: [], revisited: 0 });
});

const hasVisited = ({ lines }: RealWorker): boolean => lines.some((line) => line.startsWith('orders-'));

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
