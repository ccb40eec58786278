/** Which profile of settings is in effect: said with a flag or LEFTOFF_PROFILE, else `demo` on the tuned local server only. */
import { z } from 'zod';
import { type Timing, timings } from '../continuation/timing.js';
import type { StackAddresses } from '../stack/addresses.js';
import { UserError } from '../user-error.js';

const profileSchema = z.enum(['demo', 'production']);

/** @throws UserError (usage) for an unknown profile */
export function chooseTiming(said: string | undefined, { temporal }: StackAddresses): Timing {
  const word = said ?? process.env.LEFTOFF_PROFILE ?? (temporal.source === 'local' ? 'demo' : 'production');
  const profile = profileSchema.safeParse(word);
  if (!profile.success)
    throw new UserError(`There is no profile '${word}'.`, 'Use demo or production.', 'usage');
  return timings[profile.data];
}
