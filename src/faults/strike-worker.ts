/** Strikes the worker that stands at the order, and has another take its place. */
import type { FaultSignal } from '../worker/describe-strike.js';
import type { HeldWorker } from '../worker/fault-points.js';
import { strikeHeld } from '../worker/kill-workers.js';
import type { Struck } from './arm-at-order.js';
import type { FaultScene } from './fault.js';
import { type Replacement, replaceWorker } from './replace-worker.js';

/** @returns when the signal has had its effect and the other worker is ready */
export async function strikeAndReplace(
  scene: FaultScene,
  signal: FaultSignal & ('SIGKILL' | 'SIGTERM'),
  held: HeldWorker,
  variables?: Readonly<Record<string, string>>,
): Promise<Struck & { readonly replacement: Replacement | null }> {
  let replacing: Promise<Replacement> | null = null;
  const { words, sentAtMs } = await strikeHeld(scene.environment.home, signal, held, () => {
    scene.expectEndOf(held.pid);
    replacing = replaceWorker(scene, variables);
    // Awaited below; until then its failure must not end the process.
    replacing.catch(() => undefined);
  });
  scene.tell(words);
  return { struckAtMs: sentAtMs, replacement: await replacing, words: [words] };
}
