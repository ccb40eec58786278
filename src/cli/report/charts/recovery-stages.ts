/**
 * What a lane waited for, from the fault to the next order done: its time cut at the moments that were seen, in the order in which they came.
 *
 * S1  The parts add up to the whole.
 * S2  A moment that was not seen, or only after the next order was done, has no part: its time belongs to the next one that was.
 * S3  A worker that is ready before the loss is known costs nothing by its start; it is the detection that is waited for.
 */
import type { ComparedLane } from '../../compare/comparison.js';

export const stages = [
  { name: 'detection', words: 'until the loss is known', symbol: 'circle', fill: 'var(--stage-1)' },
  { name: 'worker boot', words: 'until the new worker is ready', symbol: 'square', fill: 'var(--stage-2)' },
  { name: 'dispatch', words: 'until the work is handed over', symbol: 'triangle', fill: 'var(--stage-3)' },
  { name: 'first effect', words: 'until the next order is done', symbol: 'diamond', fill: 'var(--stage-4)' },
] as const;

type StageName = (typeof stages)[number]['name'];

export interface RecoveryPart {
  readonly lane: string;
  readonly stage: StageName;
  readonly fromMs: number;
  readonly toMs: number;
}

export function recoveryParts({
  lane,
  recovery,
}: Pick<ComparedLane, 'lane' | 'recovery'>): readonly RecoveryPart[] {
  if (recovery === null) return [];
  const { detectedMs, workerReadyMs, dispatchedMs, firstEffectMs } = recovery;
  const seen: { readonly stage: StageName; readonly atMs: number | null }[] = [
    { stage: 'detection', atMs: detectedMs },
    { stage: 'worker boot', atMs: workerReadyMs },
    { stage: 'dispatch', atMs: dispatchedMs },
    { stage: 'first effect', atMs: firstEffectMs },
  ];
  const ordered = seen
    .flatMap(({ stage, atMs }) => (atMs === null || atMs > firstEffectMs ? [] : { stage, atMs }))
    .sort((one, other) => one.atMs - other.atMs);
  let fromMs = 0;
  return ordered.flatMap(({ stage, atMs }) => {
    const part = { lane, stage, fromMs, toMs: atMs };
    fromMs = Math.max(fromMs, atMs);
    return part.toMs > part.fromMs ? [part] : [];
  });
}
