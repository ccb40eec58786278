/**
 * Where the parts of the stack are, looked up again now and then: a server may come back at another port.
 *
 * K1  Looked up every few seconds, and within one where a part is missing or has just not answered.
 * K2  Several who ask at once get one look-up.
 */
import { findParts, type StackParts } from '../../stack/find-stack.js';

/** A look-up is a `ps`, and whoever gets no answer asks for one. */
const calmMs = 10_000;
const soonMs = 900;

export interface KnownParts {
  now(): Promise<StackParts>;
  /** What is known may be outdated: somebody got no answer there. */
  doubt(): void;
}

export function knownParts(find: () => Promise<StackParts> = findParts): KnownParts {
  let found: Promise<StackParts> | null = null;
  let foundAtMs = Number.NEGATIVE_INFINITY;
  let calm = true;
  return {
    now() {
      const age = performance.now() - foundAtMs;
      if (found !== null && age < (calm ? calmMs : soonMs)) return found;
      foundAtMs = performance.now();
      found = find();
      found.then(
        ({ temporal, postgres }) => {
          calm = temporal !== null && postgres !== null;
        },
        () => {
          calm = false;
        },
      );
      return found;
    },
    doubt() {
      calm = false;
    },
  };
}
