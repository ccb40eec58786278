/** What the tests bundle: the Workflows under test, and one whose killed Activity is noticed soon. */
import { activityDefaults, iterate } from 'leftoff/steps';
import type { Letters } from '../01-first-iteration/activities.js';

export { billMonth } from '../02-steps/workflows.js';

/** The server skips no time while an Activity is under way, and production's ten seconds are long for a test. */
export const sendLetters = iterate<Letters>('sendLetters', {
  activity: () => ({ ...activityDefaults(), heartbeatTimeout: '500 ms' }),
});
