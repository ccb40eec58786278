/** The flags of a soak. A wrong one is refused: a soak that plays nothing breaks nothing, and would pass. Pure. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { UserError } from '../../dist/user-error.js';

export interface SoakOptions {
  readonly minutes: number;
  /** Ends after so many runs, whatever the time; null: by time alone. */
  readonly runs: number | null;
  /** Of the first run; the next one's is one more. Null: any. */
  readonly seed: number | null;
  /** A file for a line of JSON a run; null: none. */
  readonly out: string | null;
}

const usage = 'npm run soak -- [--minutes 60] [--runs n] [--seed n] [--out runs.jsonl]';

const optionsSchema = z.object({
  minutes: z.coerce.number().positive(),
  runs: z.coerce.number().int().positive().nullable(),
  seed: z.coerce.number().int().nonnegative().nullable(),
  out: z.string().min(1).nullable(),
});

/** @throws UserError (usage) that names the flag */
export function readOptions(args: readonly string[]): SoakOptions {
  const { minutes = '60', runs = null, seed = null, out = null } = readFlags(args);
  const read = optionsSchema.safeParse({ minutes, runs, seed, out });
  if (read.success) return read.data;
  const [{ path, message } = { path: [], message: '' }] = read.error.issues;
  throw new UserError(`--${path.join('.')}: ${message}`, usage, 'usage');
}

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string' },
        runs: { type: 'string' },
        seed: { type: 'string' },
        out: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error), usage, 'usage', {
      cause: error,
    });
  }
}
