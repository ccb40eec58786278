/**
 * The points at which a kill could hurt, each apart: around an order's commit and its checkpoint, while a run continues as new, twice
 * in a row, and as a zombie.
 *
 * K1  Each falls at its exact instant, not near it: a worker stands there, or the server was asked until it was so.
 * K2  After the checkpoint means: durable, read back from where it is kept. A kill then costs no lane anything.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { checkpointStores } from '../activities/checkpoint-stores.js';
import { readCheckpoints } from '../continuation/inspection/index.js';
import { findStack } from '../stack/find-stack.js';
import { killWorkers, strikeHeld } from '../worker/kill-workers.js';
import { armAtOrder, type Struck } from './arm-at-order.js';
import type { ArmedFaultOfRun, FaultScene } from './fault.js';
import { replaceWorker } from './replace-worker.js';
import type { RevisitCase } from './revisit-bound.js';
import { awaitThat } from './run-progress.js';
import { strikeAndReplace } from './strike-worker.js';
import { armZombie } from './zombie.js';

export const killPointSchema = z.enum([
  'before the commit',
  'after the commit',
  'after the checkpoint',
  'during continue-as-new',
  'twice in a row',
  'frozen and woken',
]);

export type KillPoint = z.infer<typeof killPointSchema>;

export interface KillToArm {
  readonly point: KillPoint;
  readonly pattern: RevisitCase['lane']['pattern'];
  /** Orders that one checkpoint covers. */
  readonly checkpointEvery: number;
  /** How long after a new execution began its worker is killed, in milliseconds. */
  readonly laterMs: number;
}

/** What the run is to be started with, so that it comes to this point at all. */
export function settingsForKill({ point, pattern }: KillToArm): { readonly historyLimit?: number } {
  if (point !== 'during continue-as-new') return {};
  // In steps each second checkpoint continues as new; an iteration does after an interruption, whatever the limit.
  return { historyLimit: pattern === 'step' ? 12 : 1 };
}

/** Why there is no such point in this lane; null: there is. */
export function missingPoint(point: KillPoint, pattern: KillToArm['pattern']): string | null {
  return point === 'during continue-as-new' && pattern === 'naive'
    ? 'the control never continues as new: its one Activity adds nothing to history'
    : null;
}

/** What it costs at the most, for the bound on what is met again. */
export function costOfKill(point: KillPoint): Pick<RevisitCase, 'attemptsLost' | 'outdated'> {
  switch (point) {
    case 'before the commit':
    case 'after the commit':
    case 'during continue-as-new':
      return { attemptsLost: 1 };
    case 'after the checkpoint':
      return { attemptsLost: 0 };
    case 'twice in a row':
      return { attemptsLost: 2 };
    case 'frozen and woken':
      return { attemptsLost: 1, outdated: 1 };
  }
}

export function armKill(scene: FaultScene, kill: KillToArm): Promise<ArmedFaultOfRun> {
  const fault = 'sigkill';
  switch (kill.point) {
    case 'before the commit':
      return armAtOrder(scene, {
        ...{ fault, instant: 'item in hand' },
        strike: (held) => strikeAndReplace(scene, 'SIGKILL', held),
      });
    case 'after the commit':
      return armAtOrder(scene, {
        ...{ fault, instant: 'committed' },
        strike: (held) => strikeAndReplace(scene, 'SIGKILL', held),
      });
    case 'after the checkpoint': {
      // The first order of the next batch: what is before it is covered by checkpoints of any lane.
      const covered = Math.ceil(scene.at / kill.checkpointEvery) * kill.checkpointEvery;
      return armAtOrder(scene, {
        ...{ fault, instant: 'item in hand', position: covered + 1 },
        strike: async (held) => {
          if (kill.pattern !== 'naive') await awaitDurable(scene, covered);
          return strikeAndReplace(scene, 'SIGKILL', held);
        },
      });
    }
    case 'during continue-as-new':
      return kill.pattern === 'step' ? armInSteps(scene, kill) : armInIteration(scene, kill);
    case 'twice in a row':
      return armAtOrder(scene, {
        ...{ fault, instant: 'committed' },
        strike: async (held) => {
          // Before anybody can take over: the next commit from here on is the successor's first.
          const again = await armAtOrder(scene, {
            ...{ fault, instant: 'committed' },
            strike: (successor) => strikeAndReplace(scene, 'SIGKILL', successor),
          });
          const first = await strikeAndReplace(scene, 'SIGKILL', held);
          const second = await again.fallen;
          return { ...first, replacement: second.replacement, words: [...first.words, ...second.words] };
        },
      });
    case 'frozen and woken':
      return armZombie(scene, 'item in hand');
  }
}

/** Waits until a checkpoint that resumes after this order can be read back, wherever it is kept. */
async function awaitDurable(
  { client, pool, runId, environment, signal }: FaultScene,
  order: number,
): Promise<void> {
  const { redis } = await findStack({ environment });
  const stores = checkpointStores(pool, redis?.url ?? null);
  try {
    await awaitThat({ signal }, `the checkpoint after order ${order}`, async () => {
      const { run } = await readCheckpoints(client, runId, { stores: stores.all });
      return Number(run.latest?.cursor ?? 0) >= order;
    });
  } finally {
    stores.close();
  }
}

/** A step's run continues as new by itself, again and again: the next time after this order. */
function armInSteps(scene: FaultScene, { laterMs }: KillToArm): Promise<ArmedFaultOfRun> {
  return armAtOrder(scene, {
    ...{ fault: 'sigkill', instant: 'committed' },
    strike: async ({ pid }, goOn) => {
      const before = await executionOf(scene);
      await goOn();
      await awaitNextExecution(scene, before, laterMs);
      const struckAtMs = Date.now();
      scene.expectEndOf(pid);
      const killed = await killWorkers(scene.environment.home, 'SIGKILL', pid);
      return asContinued(scene, struckAtMs, killed[0]?.words ?? `worker ${pid} killed`);
    },
  });
}

/** An iteration's run does after an interruption: its worker is told to stop, and the next one is killed as the run continues. */
function armInIteration(scene: FaultScene, { laterMs }: KillToArm): Promise<ArmedFaultOfRun> {
  return armAtOrder(scene, {
    ...{ fault: 'sigkill', instant: 'item in hand' },
    strike: async (held) => {
      const before = await executionOf(scene);
      const stopped = await strikeHeld(scene.environment.home, 'SIGTERM', held, () =>
        scene.expectEndOf(held.pid),
      );
      const { pid, exited } = await scene.startWorker();
      await awaitNextExecution(scene, before, laterMs);
      const struckAtMs = Date.now();
      scene.expectEndOf(pid);
      // It may not be in the register yet. It is our child: as long as its end isn't known, its pid is nobody else's.
      process.kill(pid, 'SIGKILL');
      await exited;
      return asContinued(scene, struckAtMs, `${stopped.words}; its successor ${pid} killed`);
    },
  });
}

async function asContinued(scene: FaultScene, struckAtMs: number, words: string): Promise<Struck> {
  const told = `${words} as the run continued as new`;
  scene.tell(told);
  const { startedAtMs, readyAtMs } = await replaceWorker(scene);
  return { struckAtMs, replacement: { startedAtMs, readyAtMs }, words: [told] };
}

async function executionOf({ client, runId }: Pick<FaultScene, 'client' | 'runId'>): Promise<string> {
  return (await client.workflow.getHandle(runId).describe()).runId;
}

async function awaitNextExecution(scene: FaultScene, before: string, laterMs: number): Promise<void> {
  await awaitThat(scene, 'the run to continue as new', async () => (await executionOf(scene)) !== before, 1);
  await delay(laterMs);
}
