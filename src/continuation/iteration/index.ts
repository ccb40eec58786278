/** The enumerator pattern, and the step pattern's batches: what runs in Activities. */
export { type BatchWork, workBatch } from './batch.js';
export type { Entry, Enumerator } from './enumerators/enumerator.js';
export { type KeysetSource, keysetBatches } from './enumerators/keyset-batches.js';
export { type IterationContext, type IterationDefinition, iteration } from './iteration.js';
export type { IterationInput } from './iteration-input.js';
export { maximumSameErrors } from './same-error-limit.js';
export { workOnce } from './work-once.js';
