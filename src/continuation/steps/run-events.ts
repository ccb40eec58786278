/**
 * What an operator sees of a job in steps: a line in the Workflow's log and a metric for each event.
 *
 * V1  Lines name the step and its cursor; a worker's log says which run, by what the SDK adds to them.
 * V2  Nothing is said twice: neither logger nor metrics speak while history is replayed.
 * V3  Metrics are tagged with the step's name and a reason, never with a cursor: few values, whatever the run's size.
 *
 * Rails' events are interrupt, resume, step_started, step_skipped and step (timed).
 */
import type { MetricTags } from '@temporalio/common';
import { log, metricMeter } from '@temporalio/workflow';
import type { JsonValue } from '../cursor.js';
import type { ContinuationReason } from './continuation.js';

/** The step that an event is about; its cursor as checkpoints carry it. */
interface AboutStep {
  readonly step: string;
  readonly cursor: JsonValue;
}

/** Counters by name, each of one per event, and the histogram of a completed step's seconds. */
export const stepMetrics = {
  started: 'leftoff_steps_started',
  resumed: 'leftoff_steps_resumed',
  skipped: 'leftoff_steps_skipped',
  completed: 'leftoff_steps_completed',
  failed: 'leftoff_steps_failed',
  seconds: 'leftoff_step_seconds',
  continued: 'leftoff_continuations',
} as const;

export interface RunEvents {
  started(about: AboutStep): void;
  resumed(about: AboutStep): void;
  skipped(step: string): void;
  /** @param seconds of Workflow time since the step was begun, in whichever execution; null: unknown */
  completed(about: AboutStep, seconds: number | null): void;
  failed(about: AboutStep, error: unknown): void;
  /** The run goes on in another execution. */
  continued(reason: ContinuationReason, facts: Readonly<Record<string, unknown>>): void;
}

/** Tells the Workflow's logger and metric meter. Call it inside a Workflow. */
export function workflowEvents(): RunEvents {
  return {
    started(about) {
      log.info('Step started', { ...about });
      count(stepMetrics.started, { step: about.step });
    },
    resumed(about) {
      log.info('Step resumed', { ...about });
      count(stepMetrics.resumed, { step: about.step });
    },
    skipped(step) {
      log.info('Step skipped', { step });
      count(stepMetrics.skipped, { step });
    },
    completed(about, seconds) {
      log.info('Step completed', { ...about, seconds });
      count(stepMetrics.completed, { step: about.step });
      if (seconds === null) return;
      metricMeter
        .createHistogram(stepMetrics.seconds, 'float', 's', 'Seconds from a step’s beginning to its end')
        .record(seconds, { step: about.step });
    },
    failed(about, error) {
      const message = error instanceof Error ? error.message : String(error);
      log.warn('Step failed', { ...about, message });
      count(stepMetrics.failed, { step: about.step });
    },
    continued(reason, facts) {
      log.info('Interrupted', { reason, ...facts });
      count(stepMetrics.continued, { reason });
    },
  };
}

function count(metric: string, tags: MetricTags): void {
  metricMeter.createCounter(metric).add(1, tags);
}
