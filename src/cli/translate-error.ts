/**
 * Recognises the errors of servers that are away, and says so in words. Loads no client library to do it.
 */
import { UserError } from '../user-error.js';

/** gRPC: 14 the server can't be reached, 4 it did not answer in time. */
const grpcUnavailable = 14;
const grpcDeadline = 4;
const databaseAway = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  '57P01',
  '57P03',
  '08006',
  '08001',
]);

export function translateError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof UserError) return thrown;
  const grpc = codeOf(thrown) ?? codeOf(thrown.cause);
  if (grpc === grpcUnavailable || grpc === grpcDeadline) {
    return new UserError(
      'Temporal does not answer.',
      'npx leftoff up, or check TEMPORAL_ADDRESS; npx leftoff verify tells more.',
      'failed',
      {
        cause: thrown,
      },
    );
  }
  const codes = thrown instanceof AggregateError ? thrown.errors.map(codeOf) : [codeOf(thrown)];
  const lost = /Connection terminated|timeout exceeded when trying to connect/.test(thrown.message);
  if (lost || codes.some((code) => typeof code === 'string' && databaseAway.has(code))) {
    return new UserError(
      'Postgres does not answer.',
      'npx leftoff up, or check DATABASE_URL; npx leftoff verify tells more.',
      'failed',
      {
        cause: thrown,
      },
    );
  }
  if (codes.includes('42P01')) {
    return new UserError('The database has no orders yet.', 'npx leftoff seed --quick', 'failed', {
      cause: thrown,
    });
  }
  return thrown;
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
