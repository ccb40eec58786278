/** Which profile of settings is in effect: said with a flag or LEFTOFF_PROFILE, else `demo` on the tuned local server only. */
import { z } from 'zod';
import { type Timing, timings } from '../continuation/timing.js';
import type { StackAddresses } from '../stack/addresses.js';
import { UserError } from '../user-error.js';

const profileSchema = z.enum(['demo', 'production']);

/** What was said, checked before any server is asked for; null: nothing was. @throws UserError (usage) for an unknown profile */
export function readProfile(flag: string | undefined): Timing['profile'] | null {
  const word = flag ?? process.env.LEFTOFF_PROFILE;
  if (word === undefined) return null;
  const profile = profileSchema.safeParse(word);
  if (!profile.success)
    throw new UserError(`There is no profile '${word}'.`, 'Use demo or production.', 'usage');
  return profile.data;
}

export function chooseTiming(said: Timing['profile'] | null, { temporal }: StackAddresses): Timing {
  return timings[said ?? (temporal.source === 'local' ? 'demo' : 'production')];
}
