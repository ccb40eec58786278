/** The Workflow around an iteration, for its tests: what the iteration does is the test's. */
import { iterate } from '../../../src/continuation/steps/index.js';

export const countUp = iterate<{ readonly upTo: number }>('countUp');
