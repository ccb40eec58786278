/** What a demo found out, as scripts read it. The top-level fault is the first one. */
import type { JsonValue } from '../../continuation/cursor.js';
import type { FaultOutcome } from './fault.js';

export interface DemoResult {
  readonly ok: boolean;
  readonly pattern: string;
  readonly signal: string;
  readonly killedAt: number;
  readonly resumedAfter: JsonValue;
  readonly processed: number;
  readonly failed: number;
  readonly revisited: number;
  readonly doubled: number;
  readonly lost: number;
  readonly recoveryMs: number;
  readonly faults: readonly (FaultOutcome & {
    readonly resumedAfter: JsonValue;
    readonly revisited: number;
  })[];
}
