/**
 * A later version of the Workflows that must not be given to runs under way: it begins with another command than their history.
 *
 * Deployed all the same, each replay fails its Workflow Task as non-deterministic, and the run waits.
 */
import {
  processOrdersByEnumerator as byEnumerator,
  processOrdersInSteps as inSteps,
  processOrdersNaively as naively,
} from '../../workflows/index.js';
import { lookingFirst } from './look-first.js';

const always = () => true;

export * from '../../workflows/index.js';
export const processOrdersInSteps = lookingFirst(inSteps, always);
export const processOrdersByEnumerator = lookingFirst(byEnumerator, always);
export const processOrdersNaively = lookingFirst(naively, always);
