/**
 * Errors that fail a run although they are no Temporal failures: those that a Workflow's `failureExceptionTypes` or a
 * Worker's `workflowFailureErrorTypes` names. All others fail the Workflow Task, and the run waits for its mend.
 */
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js';

/** As the SDK decides it, which has no public word for that: a class or one of its parents, or the name of one. */
export function isConfiguredFailure(thrown: unknown): thrown is Error {
  if (!(thrown instanceof Error)) return false;
  const { workflowDefinitionFailureExceptionTypes: types = [], failureExceptionTypeNames: names } =
    getActivator();
  return (
    types.some((type) => type === Error || thrown instanceof type) ||
    names.some((name) => isNamed(thrown, name))
  );
}

function isNamed(thrown: Error, name: string): boolean {
  if (name === 'Error') return true;
  let prototype: unknown = Object.getPrototypeOf(thrown);
  while (typeof prototype === 'object' && prototype !== null) {
    if (prototype.constructor.name === name) return true;
    prototype = Object.getPrototypeOf(prototype);
  }
  return false;
}
