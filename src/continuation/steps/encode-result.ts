/** The result of a step or of a job, as it is kept. Pure. */
import type { ApplicationFailure } from '@temporalio/workflow';
import { encodeValue, InvalidCursorError, type JsonValue } from '../cursor.js';
import { invalidStep, resultTooLarge } from './continuation-errors.js';
import type { LaterRule } from './later-rules.js';
import { brokenLimit, bytesOf } from './result-limits.js';

/** A step's or a job's result as it is kept, or what fails the run for one that can't be: by JSON, or for its size. */
export function encodeResult(
  whose: string,
  result: unknown,
  { bytesBefore, holdsHere }: ResultSurroundings,
): EncodedResult {
  let json: JsonValue;
  try {
    json = encodeValue(result, whose);
  } catch (error) {
    if (error instanceof InvalidCursorError) return { kind: 'refused', failure: invalidStep(error.message) };
    throw error;
  }
  const bytes = bytesOf(json);
  const broken = brokenLimit(bytes, bytesBefore);
  return broken === null || !holdsHere('leftoff-results-are-bounded')
    ? { kind: 'encoded', json }
    : { kind: 'refused', failure: resultTooLarge(whose, bytes, broken) };
}

type EncodedResult =
  | { readonly kind: 'encoded'; readonly json: JsonValue }
  | { readonly kind: 'refused'; readonly failure: ApplicationFailure };

interface ResultSurroundings {
  /** What the results before it have. */
  readonly bytesBefore: number;
  /** Whether this execution has the rule here. */
  readonly holdsHere: (rule: LaterRule) => boolean;
}
