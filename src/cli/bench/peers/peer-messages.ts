/** What the measurement and an engine's worker, a process of its own, say to each other over the channel between them. */
import { z } from 'zod';

const openSchema = z.object({
  kind: z.literal('open'),
  databaseUrl: z.string(),
  redisUrl: z.string().nullable(),
  manner: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('walk'), every: z.int() }),
    z.object({ kind: z.literal('each'), atOnce: z.int() }),
  ]),
  settings: z.enum(['as it comes', 'prompt']),
  /** Of this lane alone: a worker takes up what it finds there. */
  queue: z.string(),
  itemMs: z.number(),
  /** Hold for ever once this order is committed: who asked for it kills the process then. */
  holdAt: z.int().nullable(),
});

export const toPeerSchema = z.discriminatedUnion('kind', [
  openSchema,
  z.object({ kind: z.literal('start'), runId: z.string() }),
  /** Say when nothing is left of a run that another worker may have started. */
  z.object({ kind: z.literal('await'), runId: z.string() }),
]);

export const fromPeerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('held'), orderId: z.int() }),
  /** The run that was started here is done; `checkpoints`: what its engine made durable of its progress. */
  z.object({ kind: z.literal('done'), checkpoints: z.int() }),
  z.object({ kind: z.literal('over') }),
  z.object({ kind: z.literal('failed'), words: z.string() }),
]);

export type OpenPeer = z.infer<typeof openSchema>;
export type ToPeer = z.infer<typeof toPeerSchema>;
export type FromPeer = z.infer<typeof fromPeerSchema>;
