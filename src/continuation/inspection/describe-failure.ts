/**
 * Why a run failed, in one message out of its chain of causes.
 *
 * An error that came again and again says how often and where; any other one is told by its root.
 */
import { ApplicationFailure } from '@temporalio/common';
import { sameErrorFailure } from '../checkpoint.js';

export function describeFailure(failure: Error): string {
  if (failure instanceof ApplicationFailure && failure.type === sameErrorFailure) return failure.message;
  return failure.cause instanceof Error ? describeFailure(failure.cause) : failure.message;
}
