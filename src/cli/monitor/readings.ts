/**
 * What the monitor knows: for each source what it last told, and whether it tells still. Plain data.
 *
 * A source that is away keeps its last word, with when that was: the rest of the screen needn't go blank.
 */
import type { Resumption } from '../../continuation/checkpoint.js';
import type { CadenceShown } from '../../continuation/checkpoint-cadence.js';
import type { JsonValue } from '../../continuation/cursor.js';
import type { Snapshot } from '../../orders/read-snapshot.js';

/** A value and when it was read, in milliseconds since the epoch. */
export interface Told<T> {
  readonly value: T;
  readonly atMs: number;
}

export type Reading<T> =
  | { readonly kind: 'not asked yet' }
  | { readonly kind: 'told'; readonly told: Told<T> }
  | { readonly kind: 'away'; readonly why: Absence; readonly last: Told<T> | null };

export interface Absence {
  /** `not running` is known from the register of local servers; `silent` is a server that should answer. */
  readonly kind: 'not running' | 'silent';
  readonly words: string;
}

export interface Readings {
  /** PostgreSQL; null: it has no orders' table yet. */
  readonly orders: Reading<Snapshot | null>;
  /** Temporal. */
  readonly runs: Reading<RunsRead>;
  readonly redis: Reading<'answers'>;
  /** The register of this checkout. */
  readonly workers: Reading<WorkersRead>;
}

export const nothingRead: Readings = {
  orders: { kind: 'not asked yet' },
  runs: { kind: 'not asked yet' },
  redis: { kind: 'not asked yet' },
  workers: { kind: 'not asked yet' },
};

export interface RunsRead {
  /** Open ones, newest first, then those that ended last. Partitions are no runs of their own. */
  readonly runs: readonly RunRead[];
  /** How many are open, also those that are not among `runs`. */
  readonly open: number;
  /** Identities of workers of other machines. */
  readonly workersElsewhere: readonly string[];
  /** Activities under way by the identity of their worker, as far as the server knows. */
  readonly underWay: Readonly<Record<string, number>>;
}

export interface RunRead {
  readonly workflowId: string;
  readonly pattern: string;
  readonly job: string;
  readonly store: string;
  /** Usually a `RunStateName`; a word that isn't known here is shown as it is. */
  readonly state: string;
  readonly open: boolean;
  readonly cursor: JsonValue;
  readonly processed: number;
  readonly failed: number;
  readonly revisited: number;
  readonly total: number | null;
  /** Items a second over the last seconds; null until there are two readings. */
  readonly perSecond: number | null;
  readonly resumptions: number;
  readonly lastResumption: Resumption | null;
  /** Null before the first; its time is null where the server doesn't tell. */
  readonly checkpoint: { readonly source: string; readonly atMs: number | null } | null;
  readonly cadence: CadenceShown | null;
  readonly startedAtMs: number;
  readonly closedAtMs: number | null;
  /** Why it failed; null unless it did. */
  readonly failure: string | null;
  /** The Activity that was tried last and waits, or is at it again: what the attempt before ended with. */
  readonly attempt: {
    readonly number: number;
    readonly state: string;
    readonly lastFailure: string | null;
  } | null;
  /** Of a partitioned run; null for any other. */
  readonly partitions: { readonly done: number; readonly all: number } | null;
  /** Stores that did not answer: what they keep is not in here. */
  readonly storesAway: readonly string[];
}

export interface WorkersRead {
  readonly running: readonly WorkerRead[];
  /** Those that ended without taking their note away. */
  readonly lost: readonly Pick<WorkerRead, 'pid' | 'startedAtMs'>[];
}

export interface WorkerRead {
  readonly pid: number;
  readonly identity: string;
  readonly startedAtMs: number;
  /** Stopped by SIGSTOP. */
  readonly frozen: boolean;
  /** It is connected to other servers than the present ones, in words; null: to these. */
  readonly elsewhere: string | null;
}

/** What a source told last, also where it is away now. */
export function lastTold<T>(reading: Reading<T>): Told<T> | null {
  switch (reading.kind) {
    case 'not asked yet':
      return null;
    case 'told':
      return reading.told;
    case 'away':
      return reading.last;
  }
}
