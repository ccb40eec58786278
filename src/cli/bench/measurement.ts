/**
 * What a measurement found, raw: every sample is kept, and all that is printed or written is computed from it.
 *
 * Samples of one round stand at the same index in every lane of a measurement: what is compared was measured side by side.
 */
import { z } from 'zod';

/** Leftoff by itself: what is measured where nothing is named. */
export const ownTables = ['throughput', 'checkpoint-cost', 'recovery', 'history'] as const;
/** The same work on other engines: measured where they are named, since it takes packages that only this repository installs. */
export const peerTables = ['peers', 'peers-recovery'] as const;

export const tableNameSchema = z.enum([...ownTables, ...peerTables]);

export type TableName = z.infer<typeof tableNameSchema>;
export type PeerTable = (typeof peerTables)[number];

const measuredLaneSchema = z.object({
  lane: z.string(),
  /** How the dev server was set. */
  settings: z.enum(['tuned', 'default']),
  profile: z.enum(['demo', 'production']),
  /** The lane, under the same settings and profile, that this one is measured against; null: none. */
  baseline: z.string().nullable(),
  /** One number a round: milliseconds. Empty where only facts are told. */
  ms: z.array(z.number()),
  /** What else is known of the last round: items, checkpoints, events. */
  facts: z.record(z.string(), z.number()),
});

export const measurementSchema = z.object({
  table: tableNameSchema,
  /** Repeats it. */
  command: z.string(),
  /** Rounds that count. */
  repeat: z.int(),
  /** Made to see that it works, not to be quoted. */
  quick: z.boolean(),
  measuredAt: z.iso.datetime(),
  commit: z.string().nullable(),
  machine: z.object({ cpu: z.string(), cores: z.int(), memoryGb: z.number(), platform: z.string() }),
  versions: z.record(z.string(), z.string()),
  /** What was chosen, in words: orders, orders a transaction. */
  conditions: z.record(z.string(), z.union([z.string(), z.number()])),
  lanes: z.array(measuredLaneSchema),
});

export type Measurement = z.infer<typeof measurementSchema>;
export type MeasuredLane = z.infer<typeof measuredLaneSchema>;
