/** The Workflows of all chapters: what a worker is told to bundle. */
export { sendLetters } from './01-first-iteration/workflows.js';
export { billMonth } from './02-steps/workflows.js';
export { deliverAll } from './04-errors/workflows.js';
export { chargeFee, chargeFeeInRange } from './07-partitions/workflows.js';
