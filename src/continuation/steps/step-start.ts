/** How a step is begun, and what comes of it. */
import type { EncodedCursor, JsonValue } from '../cursor.js';

/** How a step is begun. */
export interface StepBeginning {
  /** The cursor that it has before it was moved. */
  readonly start?: EncodedCursor;
  /** Whether it wants an execution of its own. */
  readonly isolated?: boolean;
  /** Milliseconds of Workflow time. */
  readonly now?: number;
}

export type StepStart =
  | { readonly kind: 'completed'; readonly result?: JsonValue }
  | { readonly kind: 'started' }
  /** Begun before: in an earlier execution, or in this one, where its body threw. */
  | { readonly kind: 'resumed' }
  /** This execution has advanced, and one of the two steps is isolated: the next execution runs it. */
  | { readonly kind: 'isolated' }
  | { readonly kind: 'invalid'; readonly problem: string };
