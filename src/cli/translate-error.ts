/**
 * Recognises the errors of servers that are away, or that refuse us, and says so in words. Loads no client library to do it.
 */
import { UserError } from '../user-error.js';

const verify = 'npx leftoff verify tells more.';
const databaseAway = new UserError(
  'PostgreSQL does not answer.',
  `npx leftoff up, or check DATABASE_URL; ${verify}`,
);

/** PostgreSQL's states and Node's codes. */
const byDatabaseCode: Readonly<Record<string, (message: string) => UserError>> = {
  ...Object.fromEntries(
    [
      ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'EPIPE'],
      ...['57P01', '57P02', '57P03', '08000', '08001', '08003', '08004', '08006'],
    ].map((code) => [code, () => databaseAway]),
  ),
  '28P01': refused('Correct the password in DATABASE_URL.'),
  '28000': refused('Correct the user in DATABASE_URL, or let it in (pg_hba.conf).'),
  '3D000': refused('Create that database, or correct its name in DATABASE_URL.'),
  '42501': refused('Give the user in DATABASE_URL that right, or use its own database.'),
  '53300': refused('Stop what else is connected, or raise max_connections.'),
  '53100': refused('Make room on its disk.'),
  '40P01': () =>
    new UserError(
      'A run had some of the orders in hand and waited for the others: PostgreSQL ended this deadlock, and nothing was changed.',
      'The same command once more.',
    ),
  '42P01': () => new UserError('The database has no orders yet.', 'npx leftoff seed --quick'),
};

/** gRPC's status codes: https://grpc.io/docs/guides/status-codes/ */
const byGrpcCode: Readonly<Record<number, (message: string) => UserError>> = {
  4: () => new UserError('Temporal does not answer.', `npx leftoff up, or check TEMPORAL_ADDRESS; ${verify}`),
  7: (message) =>
    new UserError(
      `Temporal refuses this: ${message}`,
      'Check TEMPORAL_NAMESPACE and what TEMPORAL_API_KEY may do.',
    ),
  14: () =>
    new UserError('Temporal does not answer.', `npx leftoff up, or check TEMPORAL_ADDRESS; ${verify}`),
  16: (message) =>
    new UserError(`Temporal refuses this: ${message}`, 'Check TEMPORAL_API_KEY and the TLS settings.'),
};

/** @returns a UserError with `thrown` as its cause where it is recognised, else `thrown` itself */
export function translateError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof UserError) return thrown;
  const told = recognise(thrown);
  return told === null ? thrown : new UserError(told.message, told.mend, told.kind, { cause: thrown });
}

function recognise(thrown: Error): UserError | null {
  if (thrown.name === 'NamespaceNotFoundError') {
    return new UserError(
      `${thrown.message}.`,
      `Correct TEMPORAL_NAMESPACE, or create the namespace; ${verify}`,
    );
  }
  if (thrown.name === 'WorkflowNotFoundError')
    return new UserError('The run is not there any more: somebody deleted it.', 'npx leftoff runs');
  // A connection that was tried at several addresses fails with one error for each.
  for (const error of [thrown, thrown.cause, ...(thrown instanceof AggregateError ? thrown.errors : [])]) {
    const code = codeOf(error);
    const words = error instanceof Error ? error.message : String(error);
    if (typeof code === 'number') return byGrpcCode[code]?.(words) ?? null;
    if (typeof code === 'string' && Object.hasOwn(byDatabaseCode, code))
      return byDatabaseCode[code]?.(words) ?? null;
  }
  return /Connection terminated|timeout exceeded when trying to connect/.test(thrown.message)
    ? databaseAway
    : null;
}

function refused(mend: string): (message: string) => UserError {
  return (message) => new UserError(`PostgreSQL refuses this: ${message}.`, mend);
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
