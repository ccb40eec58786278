/**
 * A later version of the Workflows that runs under way can be given to: what is new stands behind `patched`.
 *
 * Replayed, a run that began before finds no marker in its history and goes the old way; a run that begins now goes the new one.
 */
import { patched } from '@temporalio/workflow';
import {
  processOrdersByEnumerator as byEnumerator,
  processOrdersInSteps as inSteps,
  processOrdersNaively as naively,
} from '../../workflows/index.js';
import { lookingFirst } from './look-first.js';

const isNew = () => patched('leftoff-look-first');

export * from '../../workflows/index.js';
export const processOrdersInSteps = lookingFirst(inSteps, isNew);
export const processOrdersByEnumerator = lookingFirst(byEnumerator, isNew);
export const processOrdersNaively = lookingFirst(naively, isNew);
