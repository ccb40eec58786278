/** What the rules and the messages need to know of a Temporal failure, out of its chain of causes. Pure. */
import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  ServerFailure,
  TemporalFailure,
  TimeoutFailure,
} from '@temporalio/common';
import { sameErrorFailure } from '../checkpoint.js';

export interface ErrorIdentity {
  readonly type: string;
  readonly message: string;
}

/**
 * Type and message of what is at the root: an ActivityFailure itself only says that an Activity failed. What an Activity of
 * ours ended with says more than its root: how often it came, and where.
 */
export function identifyError(failure: TemporalFailure): ErrorIdentity {
  const chain = chainOf(failure);
  const told = chain.find((error) => error instanceof ApplicationFailure && error.type === sameErrorFailure);
  const root = told ?? chain.at(-1) ?? failure;
  return { type: typeOf(root), message: root.message };
}

/** The same of whatever was thrown; what is no Temporal failure stands for itself. */
export function identifyThrown(thrown: Error): ErrorIdentity {
  return thrown instanceof TemporalFailure
    ? identifyError(thrown)
    : { type: thrown.name, message: thrown.message };
}

/** Whether it says, anywhere in its chain, that another try is of no use; also by a retry policy's `nonRetryableErrorTypes`. */
export function isNonRetryable(failure: TemporalFailure): boolean {
  return chainOf(failure).some((error) => {
    if (error instanceof ApplicationFailure || error instanceof ServerFailure)
      return error.nonRetryable === true;
    if (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure)
      return error.retryState === 'NON_RETRYABLE_FAILURE';
    return false;
  });
}

/** The failure and its causes, as far as they are Temporal's: what is beneath them is a detail of a language. */
function chainOf(failure: TemporalFailure): TemporalFailure[] {
  const chain = [failure];
  let { cause } = failure;
  while (cause instanceof TemporalFailure) {
    chain.push(cause);
    ({ cause } = cause);
  }
  return chain;
}

function typeOf(failure: TemporalFailure): string {
  if (failure instanceof ApplicationFailure) return failure.type ?? failure.name;
  return failure instanceof TimeoutFailure ? `${failure.name} ${failure.timeoutType}` : failure.name;
}
