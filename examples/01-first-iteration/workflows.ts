/** Its Workflow: one line, since there is nothing else to say. */
import { iterate } from 'leftoff/steps';
import type { Letters } from './activities.js';

export const sendLetters = iterate<Letters>('sendLetters');
