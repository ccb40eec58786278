/** What a run's memo says about it: shown by every command that shows a run, also with no worker alive. */
import { z } from 'zod';

const runMemoSchema = z.object({
  pattern: z.string(),
  job: z.string(),
  batchSize: z.int(),
  checkpointEvery: z.int(),
  itemMs: z.int(),
  profile: z.string(),
});

export type RunMemo = z.infer<typeof runMemoSchema>;

const unknownRun: RunMemo = {
  pattern: 'unknown',
  job: 'unknown',
  batchSize: 1,
  checkpointEvery: 1,
  itemMs: 0,
  profile: 'unknown',
};

export function readMemo(memo: unknown): RunMemo {
  return runMemoSchema.safeParse(memo).data ?? unknownRun;
}

/** The cadence in effect, in the words of the pattern's store. */
export function describeCadence({ pattern, batchSize, checkpointEvery }: RunMemo): string {
  const each = batchSize === 1 ? 'each order its own transaction' : `${batchSize} orders a transaction`;
  const orders = checkpointEvery === 1 ? 'every order' : `every ${checkpointEvery} orders`;
  return pattern === 'step'
    ? `a checkpoint in history ${orders}, ${each}`
    : `a heartbeat checkpoint ${orders} at most, sent once per throttle window, ${each}`;
}
