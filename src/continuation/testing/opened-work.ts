/** What an Activity is to open, read from what its Workflow scheduled it with: an iteration, a step's batch, or neither. */
import { z } from 'zod';

export interface OpenedWork {
  /** The step of a batch; null: an iteration, which goes by its Activity's name. */
  readonly step: string | null;
}

const iterationSchema = z.object({
  args: z.unknown(),
  from: z.object({ sequence: z.number() }).nullable(),
  cleanUp: z.literal(true).optional(),
});

const batchSchema = z.object({
  step: z.string(),
  cursor: z.unknown(),
  chain: z.string(),
  generation: z.number(),
  cleanUp: z.literal(true).optional(),
});

/** How deep a batch's start may stand in an Activity's arguments: `{ from }` is one. */
const deepest = 3;

/** @returns null where it opens neither, or only clears what a store keeps */
export function openedWork(args: readonly unknown[]): OpenedWork | null {
  const iteration = iterationSchema.safeParse(args[0]);
  if (iteration.success) return iteration.data.cleanUp === true ? null : { step: null };
  const start = batchStartIn(args, deepest);
  return start === null || start.cleanUp === true ? null : { step: start.step };
}

function batchStartIn(value: unknown, depth: number): z.infer<typeof batchSchema> | null {
  if (typeof value !== 'object' || value === null) return null;
  const start = batchSchema.safeParse(value);
  if (start.success) return start.data;
  if (depth === 0) return null;
  for (const part of Object.values(value)) {
    const found = batchStartIn(part, depth - 1);
    if (found !== null) return found;
  }
  return null;
}
