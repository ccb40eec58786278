/** What inspection finds out about a run: plain data, the same for people and for scripts. */
import type { Counts, RunResult } from '../checkpoint.js';
import type { CadenceShown } from '../checkpoint-cadence.js';
import type { JsonValue } from '../cursor.js';
import type { RunStateName } from '../run-control.js';

/** Where a checkpoint was read from. Only the first four are in Workflow history; besides these, the name of a store. */
export type CheckpointSource =
  | 'history'
  | 'continue-as-new'
  | 'interruption'
  | 'retry'
  | 'heartbeat'
  | (string & {});

export interface RecordedCheckpoint {
  readonly source: CheckpointSource;
  /** Resume strictly after this; null: nothing done yet. */
  readonly cursor: JsonValue;
  readonly counts: Counts;
  readonly total: number | null;
  /** Null for a live checkpoint whose time the server doesn't tell. */
  readonly at: Date | null;
  readonly runId: string;
  /** The partition's Workflow Id; left out: the run's own. */
  readonly partition?: string;
  /** Null for a live checkpoint: it is no history event. */
  readonly eventId: number | null;
}

export interface RecordedExecution {
  readonly runId: string;
  readonly events: number;
  readonly bytes: number;
  /** `retry`: a failed run was started again. */
  readonly startedBy: 'start' | 'continue-as-new' | 'retry';
  readonly startedAt: Date | null;
  /** The partition's Workflow Id; left out: the run's own. */
  readonly partition?: string;
}

export type { RunStateName };

/** An Activity that has not ended: who works on it, and what it failed with last. */
export interface PendingWork {
  readonly activity: string;
  readonly activityId: string;
  /**
   * Handed to a worker, or waiting for one or for its retry, or held by a pause of the server's. The server knows of a dead
   * worker only by its timeout.
   */
  readonly state: 'under way' | 'waiting' | 'paused';
  readonly attempt: number;
  readonly lastWorkerIdentity: string | null;
  readonly lastHeartbeatAt: Date | null;
  readonly lastFailure: string | null;
}

/** What a run reports at its end, as far as it is known by now, and what the server says about it. `result` is null until the end. */
export interface RunState extends RunResult {
  readonly workflowId: string;
  readonly workflowType: string;
  readonly memo: Record<string, unknown>;
  readonly state: RunStateName;
  /** When its first execution started. */
  readonly firstStartedAt: Date;
  readonly closedAt: Date | null;
  /** Why it failed; null unless it did. */
  readonly failure: string | null;
  readonly latest: RecordedCheckpoint | null;
  /** The cadence in force, where checkpoints go by time; null: they don't, or nothing was measured yet. A partition has its own. */
  readonly cadence: CadenceShown | null;
  readonly pending: readonly PendingWork[];
  /** Stores that did not answer: what they keep is not in here. */
  readonly storesAway: readonly string[];
  /** Of a partitioned run, each partition that has begun; its own counts are their sum. Empty for any other. */
  readonly partitions: readonly RunState[];
}
