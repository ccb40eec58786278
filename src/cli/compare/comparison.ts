/**
 * What a comparison comes to, as `compare --json` prints it: a contract for scripts, the page and the docs, which are made from it.
 *
 * Times are milliseconds; each median says how many runs it is of, and from where to where they lay.
 */
import { z } from 'zod';
import { faultNameSchema } from '../../faults/fault-names.js';
import { laneNameSchema } from './lanes.js';

const spread = z.object({ median: z.number(), lowest: z.number(), highest: z.number(), n: z.int() });

/** How far the run was, so many milliseconds after its start. */
const progressPoint = z.object({ atMs: z.number(), done: z.int(), revisited: z.int() });

/** From the fault to the next item done, along the clock: each number is since the fault. Null: it does not apply, or was not seen. */
const recovery = z.object({
  /** The server knew that the work was lost, or had been handed it. */
  detectedMs: z.number().nullable(),
  /** The worker that took the struck one's place was ready. */
  workerReadyMs: z.number().nullable(),
  /** The work was handed to it. */
  dispatchedMs: z.number().nullable(),
  /** The next item was done. */
  firstEffectMs: z.number(),
});

const comparedLane = z.object({
  lane: laneNameSchema,
  /** The run under the fault, from its start to its end. */
  durationMs: z.number(),
  /** Without a fault at full speed, from the first order charged to the last: how many times its bare loop; null: not measured. */
  overhead: z.number().nullable(),
  overheadSpread: spread.nullable(),
  /** Which bare loop: that of a fenced lane moves a cursor row in its transaction. */
  baseline: z.enum(['bare loop', 'bare loop with a cursor row']),
  checkpoints: z.int(),
  /** What one checkpoint costs at full speed; null: less than can be measured here, or none were made. */
  checkpointMs: z.number().nullable(),
  cadence: z.string(),
  killedAt: z.int().nullable(),
  /** When the fault fell, in milliseconds of `progress`; null: it did not. */
  faultMs: z.number().nullable().default(null),
  resumedAfter: z.int().nullable(),
  revisited: z.int(),
  /** The most that may be met again, by the lane's formula; null: no bound, as without checkpoints. */
  revisitBound: z.int().nullable(),
  doubled: z.int(),
  lost: z.int(),
  recoveryMs: z.number().nullable(),
  recoverySpread: spread.nullable(),
  recovery: recovery.nullable(),
  historyEvents: z.int(),
  historyBytes: z.int(),
  executions: z.int(),
  /** Commands and rows written to keep checkpoints, in the run under the fault; null: its server was restarted, or there is none. */
  redisWrites: z.int().nullable(),
  postgresWrites: z.int().nullable(),
  /** Calls of the payment gateway; null: it was not asked for. */
  payments: z
    .object({
      calls: z.int(),
      deduplicated: z.int(),
      doubled: z.int(),
      key: z.enum(['run and order', 'none']),
    })
    .nullable(),
  /** What was told as it happened. */
  words: z.array(z.string()),
  progress: z.array(progressPoint),
  /** What is different in this lane under this fault, and why; null: nothing. */
  note: z.string().nullable(),
});

export const comparisonSchema = z.object({
  fault: faultNameSchema,
  faultTitle: z.string(),
  at: z.int(),
  seed: z.int(),
  orders: z.int(),
  itemMs: z.int(),
  repeat: z.int(),
  /** At full speed, for what a lane costs; left out: that was not measured. */
  priceOrders: z.int().exactOptional(),
  profile: z.enum(['demo', 'production']),
  /** How the local dev server is set: tuned, or by its own defaults; null: a server of the user's. */
  settings: z.enum(['tuned', 'default']).nullable(),
  measuredAt: z.iso.datetime(),
  commit: z.string().nullable(),
  command: z.string(),
  machine: z.object({ cpu: z.string(), cores: z.int(), memoryGb: z.number(), platform: z.string() }),
  versions: z.record(z.string(), z.string()),
  ok: z.boolean(),
  lanes: z.array(comparedLane),
  verdict: z.array(z.string()),
});

export type Comparison = z.infer<typeof comparisonSchema>;
export type ComparedLane = z.infer<typeof comparedLane>;
export type ProgressPoint = z.infer<typeof progressPoint>;
export type Spread = z.infer<typeof spread>;
