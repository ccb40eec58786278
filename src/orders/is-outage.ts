/**
 * Whether an error says that the database is away, and nothing about the order in hand.
 *
 * Such an error is retried without end: a run goes on when the database is back.
 */

/** PostgreSQL: class 08 (connection), 57P (shutdown, crash, starting up), 53 (out of resources), 40001/40P01 (try again). */
const outageStates = /^(08|57P|53|40001|40P01)/;

/** Node's codes for a server that can't be reached. */
const outageCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENOENT',
]);

/** What `pg` says, without a code, of a connection that ended or could not be had. */
const outageMessages =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error/;

export function isOutage(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isOutage);
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return outageCodes.has(code) || outageStates.test(code) || outageMessages.test(error.message);
}
