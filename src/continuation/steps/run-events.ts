/**
 * What an operator sees of a job in steps: a line in the Workflow's log and a metric for each event.
 *
 * V1  Lines name the step and its cursor; a worker's log says which run, by what the SDK adds to them.
 * V2  Neither logger nor metrics speak while history is replayed; a Workflow Task that is tried again says its own again.
 * V3  Metrics are those of `metrics.ts`: tagged with the step's name and a reason, never with a cursor.
 *
 * Rails' events are interrupt, resume, step_started, step_skipped and step (timed).
 */
import type { MetricTags } from '@temporalio/common';
import { log, metricMeter, workflowInfo } from '@temporalio/workflow';
import type { Counts, InterruptionReason } from '../checkpoint.js';
import type { JsonValue } from '../cursor.js';
import { type Metric, metrics, type WorkTags } from '../metrics.js';
import type { ContinuationReason } from './continuation.js';
import { identifyThrown } from './describe-error.js';

/** The step that an event is about; its cursor as checkpoints carry it. */
interface AboutStep {
  readonly step: string;
  readonly cursor: JsonValue;
}

export interface RunEvents {
  started(about: AboutStep): void;
  resumed(about: AboutStep): void;
  skipped(step: string): void;
  /** @param seconds of Workflow time since the step was begun, in whichever execution; null: unknown */
  completed(about: AboutStep, seconds: number | null): void;
  failed(about: AboutStep, error: unknown): void;
  /** A batch is about to take up what an interrupted one left. */
  pickedUp(about: AboutStep): void;
  /** A batch was cut short, or is to wait; why. */
  interrupted(step: string, reason: StopReason): void;
  /** @param seconds what the checkpoint took, where that can be said */
  checkpointed(step: string, seconds: number | null): void;
  /** The run goes on in another execution. */
  continued(reason: ContinuationReason, facts: FactsOfRun): void;
}

/** Why a run's Activity stopped, as its Workflow knows it. */
export type StopReason = InterruptionReason | 'throttled' | 'paused';

/** To an Activity a pause is a cancellation. */
export function stopOf(
  reason: InterruptionReason,
  scope: { readonly consideredCancelled: boolean },
): StopReason {
  return reason === 'cancelled' && !scope.consideredCancelled ? 'paused' : reason;
}

/** Of the run as it stands: its step, its counts, and what else is to be said. */
interface FactsOfRun extends Readonly<Record<string, unknown>> {
  readonly step: string | null;
  readonly counts: Counts;
}

/** Tells the Workflow's logger and metric meter. Call it inside a Workflow. */
export function workflowEvents(): RunEvents {
  return {
    started(about) {
      log.info('Step started', { ...about });
      count(metrics.stepsStarted, { step: about.step });
    },
    resumed(about) {
      log.info('Step resumed', { ...about });
      count(metrics.stepsResumed, { step: about.step });
    },
    skipped(step) {
      log.info('Step skipped', { step });
      count(metrics.stepsSkipped, { step });
    },
    completed(about, seconds) {
      log.info('Step completed', { ...about, seconds });
      count(metrics.stepsCompleted, { step: about.step });
      if (seconds !== null) record(metrics.stepSeconds, seconds, { step: about.step });
    },
    failed(about, error) {
      const message = error instanceof Error ? identifyThrown(error).message : String(error);
      log.warn('Step failed', { ...about, error: message });
      count(metrics.stepsFailed, { step: about.step });
    },
    pickedUp(about) {
      const source = about.cursor === null ? 'start' : 'history';
      log.info('Resumed', { ...about, source });
      count(metrics.resumptions, { pattern: 'step', step: about.step, source });
    },
    interrupted(step, reason) {
      countInterruption({ pattern: 'step', step }, reason);
    },
    checkpointed(step, seconds) {
      countCheckpoint({ pattern: 'step', step }, seconds);
    },
    continued(reason, { counts, ...facts }) {
      log.info('Interrupted', { reason, ...facts, ...counts });
      countContinuation({ pattern: 'step', step: facts.step ?? '' }, reason);
    },
  };
}

/** A checkpoint is in history, and how long that is by now. */
export function countCheckpoint(work: WorkTags, seconds: number | null): void {
  const tags = { ...work, store: 'history' };
  count(metrics.checkpoints, tags);
  if (seconds !== null) record(metrics.checkpointSeconds, seconds, tags);
  record(metrics.historyEvents, workflowInfo().historyLength, { ...work });
}

/** The run goes on in another execution. */
export function countContinuation(work: WorkTags, reason: ContinuationReason): void {
  countInterruption(work, reason);
  count(metrics.continuations, { reason });
}

/**
 * A stop that was no error. Its Activity reported it, and might as well count it; but it mostly stops with its worker, whose
 * metrics nobody reads any more.
 */
export function countInterruption(work: WorkTags, reason: ContinuationReason | StopReason): void {
  count(metrics.interruptions, { ...work, reason });
}

function count({ name, unit, says }: Metric, tags: MetricTags): void {
  metricMeter.createCounter(name, unit, says).add(1, tags);
}

function record({ name, unit, says }: Metric, value: number, tags: MetricTags): void {
  metricMeter.createHistogram(name, 'float', unit, says).record(value, tags);
}
