/**
 * Whether an error says that the database is away, and nothing about the order in hand.
 *
 * Such an error is retried without end: a run goes on when the database is back.
 */

/**
 * PostgreSQL's classes: 08 connection (but 08P01: a wrong message, such as a value too few), 57 shutdown, crash, starting up or cancelled by an operator, 58 its machine, 53 out of resources;
 * 40001 and 40P01 try again, 25006 read-only while another server takes over; 28 and 3D not let in at all.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const outageStates = /^(08(?!P01)|57|58|53|40001|40P01|25006|28|3D)/;

/** Node's codes for a server that can't be reached. */
const outageCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ECONNABORTED',
  'ENOENT',
]);

/** What `pg` says, without a code, of a connection that ended or could not be had. */
const outageMessages =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client was closed and is not queryable|Client has encountered a connection error/;

export function isOutage(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isOutage);
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return outageCodes.has(code) || outageStates.test(code) || outageMessages.test(error.message);
}
