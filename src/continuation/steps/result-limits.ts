/**
 * How large results may be. Pure.
 *
 * Temporal takes 2 MiB in a payload, and continue-as-new carries a job's input and all that its steps returned in one
 * command; one that is larger fails each Workflow Task, and the run stands still without a word.
 */
/** Of a single result, as JSON. */
const maximumResultBytes = 512 * 1024;

/** Of all that a run's completed steps returned, or its partitions. The rest of a payload is for input and cursors. */
export const maximumResultsBytes = 1024 * 1024;

/** A value's size in bytes as JSON; 0 for none. A bigint counts as it is written where a payload converter takes it. */
export function bytesOf(value: unknown): number {
  return value === undefined ? 0 : new TextEncoder().encode(JSON.stringify(value, tagged)).length;
}

function tagged(_: string, part: unknown): unknown {
  return typeof part === 'bigint' ? { $bigint: `${part}` } : part;
}

/** Which limit a result breaks, in words, where `bytesBefore` are kept already; null: none. */
export function brokenLimit(bytes: number, bytesBefore: number): string | null {
  if (bytes > maximumResultBytes) return `and may have ${maximumResultBytes}`;
  return bytesBefore + bytes > maximumResultsBytes
    ? `which with the ${bytesBefore} before it is more than ${maximumResultsBytes}`
    : null;
}
