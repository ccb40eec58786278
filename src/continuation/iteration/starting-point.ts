/**
 * Where an attempt starts, and what it knows of those before it. Pure.
 *
 * P1  The newer of two checkpoints is the one with the higher sequence; at the same one the one whose run had begun further
 *     (selected, started), and then the heartbeat's, which counts errors.
 * P2  How the attempts fared is told by whoever heard of the last of them: in an outage of the store the heartbeat alone did.
 */
import type { AttemptRecord, Checkpoint, ResumptionSource } from '../checkpoint.js';
import type { Cursor } from '../cursor.js';
import { attemptBegun, noneInVain } from './attempt-record.js';
import type { IterationInput } from './iteration-input.js';
import { IterationProgress } from './iteration-progress.js';

/** Where an Activity starts: the newest checkpoint there is, and where that was kept. */
export interface StartingPoint {
  readonly checkpoint: Checkpoint | null;
  readonly source: ResumptionSource;
}

/** Chooses among the Workflow's checkpoint, the heartbeat's and a store's (P1). */
export function chooseStartingPoint(
  fromHistory: Checkpoint | null,
  fromHeartbeat: Checkpoint | null,
  fromStore: { readonly checkpoint: Checkpoint | null; readonly name: string } | null = null,
): StartingPoint {
  let newest: StartingPoint = { checkpoint: null, source: 'start' };
  const found: readonly StartingPoint[] = [
    { checkpoint: fromHistory, source: 'history' },
    { checkpoint: fromStore?.checkpoint ?? null, source: fromStore?.name ?? 'start' },
    { checkpoint: fromHeartbeat, source: 'heartbeat' },
  ];
  for (const candidate of found) {
    if (candidate.checkpoint === null) continue;
    if (newest.checkpoint === null || !isNewer(newest.checkpoint, candidate.checkpoint)) newest = candidate;
  }
  return newest;
}

/** Whether the one is newer than the other; not where nothing tells them apart (P1). */
export function isNewer(one: Checkpoint, other: Checkpoint): boolean {
  if (one.sequence !== other.sequence) return one.sequence > other.sequence;
  return begunSoFar(one) > begunSoFar(other);
}

/** Before its first item a run selects, then it is started. */
function begunSoFar({ started, selected = false }: Checkpoint): number {
  return started ? 2 : selected ? 1 : 0;
}

/**
 * How an attempt begins at its starting point.
 *
 * An Activity's first attempt has what history says of errors, and all its tries where that says nothing: a run that failed
 * and is started again finds the errors of its end in the store still.
 *
 * @param sent what the heartbeat has, wherever the starting point comes from
 * @param heard how attempts fared that ended in other work of the same Activity
 */
export function beginAttempt<C extends Cursor>(
  { checkpoint, source }: StartingPoint,
  { from, generation = 1, afterWait }: BeginningOf,
  attempt: number,
  { sent = null, heard = null, elapsedMs }: WhatElseIsKnown = {},
): IterationProgress<C> {
  const error = from !== null && from.sequence === checkpoint?.sequence ? from.error : null;
  const at = checkpoint === null || attempt > 1 ? checkpoint : { ...checkpoint, error };
  const resumes = afterWait === true && attempt === 1 ? 'after a wait' : attempt;
  const known = attemptsBefore({ checkpoint, source }, generation, attempt);
  const told = heardSince(known, sent?.attempts?.generation === generation ? sent.attempts : null);
  const before = heardSince(told, heard);
  return new IterationProgress<C>({ checkpoint: at, source }, resumes, elapsedMs, {
    ...attemptBegun(before, attempt),
    generation,
  });
}

interface WhatElseIsKnown {
  readonly sent?: Checkpoint | null;
  readonly heard?: AttemptRecord | null;
  readonly elapsedMs?: () => number;
}

type BeginningOf = Pick<IterationInput<unknown>, 'from' | 'generation' | 'afterWait'>;

/** What this Activity's attempts left of themselves: those of another one say nothing of its own. */
function attemptsBefore(
  { checkpoint, source }: StartingPoint,
  generation: number,
  attempt: number,
): AttemptRecord | null {
  if (checkpoint?.attempts?.generation === generation) return checkpoint.attempts;
  // A release before wrote the heartbeat, which is this Activity's own: its attempts are counted from here.
  return source === 'heartbeat' ? noneInVain(attempt - 1) : null;
}

/** What was counted at the place, with whatever was heard of attempts after the last one that is known there (P2). */
function heardSince(known: AttemptRecord | null, sent: AttemptRecord | null): AttemptRecord | null {
  if (sent === null || (known !== null && sent.last <= known.last)) return known;
  if (known === null) return sent;
  return { ...known, last: sent.last, pending: sent.pending };
}
