/**
 * Fetches everything that is needed to work offline (`up --download`).
 *
 * F1  A part that the environment names is not fetched.
 * F2  A part that can't be had is reported, not thrown, with whether the rest works without.
 */
import type { StackOptions } from './bring-up.js';
import { asCaller } from './caller.js';
import {
  type LocatedProgram,
  locateProgram,
  ProgramNotLocated,
  type ProgramSource,
} from './downloads/locate-program.js';
import { programsNeeded } from './downloads/programs.js';
import { readEnvironment } from './environment.js';

/** A program that is here now, or why it can't be. */
export type DownloadedPart = Pick<ProgramSource, 'label' | 'need'> &
  (
    | ({ readonly state: 'here' } & LocatedProgram)
    | { readonly state: 'absent'; readonly reason: string; readonly mend: string }
  );

/** Fetches the servers' programs into the cache. Postgres came with npm. */
export async function downloadParts(options: StackOptions = {}): Promise<readonly DownloadedPart[]> {
  const { environment = readEnvironment() } = options;
  const caller = asCaller(options);
  const outcomes = await Promise.allSettled(
    programsNeeded(environment).map(async (source): Promise<DownloadedPart> => {
      const { label, need } = source;
      try {
        return { label, need, state: 'here', ...(await locateProgram(environment, source, caller)) };
      } catch (error) {
        if (!(error instanceof ProgramNotLocated)) throw error;
        return { label, need, state: 'absent', reason: error.message, mend: error.mend };
      }
    }),
  );
  // Only after all have ended: one that is called off is still clearing away.
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
