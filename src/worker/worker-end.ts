/**
 * How a worker's end is told: by what can be known of it, asked of Temporal itself.
 *
 * W1  A cursor is handed in to Temporal: where that doesn't answer, nobody calls the cursor kept.
 * W2  An end out of time is the order's fault only where Temporal answers; a frozen one still takes connections.
 * W3  The worker ends all the same, whatever still has a connection in use.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import { UserError } from '../user-error.js';

export interface End {
  readonly running: Promise<void>;
  /** Open until `close`. */
  readonly connection: NativeConnection;
  /** Where that leads. */
  readonly address: string;
  readonly close: () => Promise<unknown>;
  /** 0 unless it was asked to stop. */
  readonly stoppingForMs: () => number;
  readonly shutdownMs: number;
}

/** A server that is there answers in milliseconds. */
const answerLimitMs = 1_000;
/** What doesn't let itself be closed is left to the end of the process. */
const closingLimitMs = 500;
/** The SDK's timer and our clock may differ by a few milliseconds. */
const clockSlackMs = 50;

/** @returns whether Temporal answers. @throws UserError for an end out of time, and what else ended the worker */
export async function awaitEnd(end: End): Promise<'there' | 'away'> {
  try {
    await end.running;
  } catch (error) {
    // Told by the clock: what the SDK throws is that it can't let go of a worker with an Activity under way.
    const outOfTime = end.stoppingForMs() > end.shutdownMs - clockSlackMs;
    const temporal = await askTemporal(end.connection);
    // An order that hangs has a connection in use, which closing would wait for.
    await Promise.race([end.close(), delay(closingLimitMs, undefined, { ref: false })]);
    if (temporal === 'away') throw withoutTemporal(end.address, error);
    throw outOfTime ? orderTookTooLong(end.shutdownMs, error) : error;
  }
  const temporal = await askTemporal(end.connection);
  await end.close();
  return temporal;
}

async function askTemporal(connection: NativeConnection): Promise<'there' | 'away'> {
  const question = () => connection.workflowService.getSystemInfo({});
  return connection.withDeadline(Date.now() + answerLimitMs, question).then(
    () => 'there',
    () => 'away',
  );
}

function withoutTemporal(address: string, cause: unknown): UserError {
  return new UserError(
    `Temporal at ${address} does not answer: the worker ended without handing in its cursor. Its run goes on from its last checkpoint.`,
    'npx leftoff up, or check TEMPORAL_ADDRESS; then npx leftoff worker',
    'failed',
    { cause },
  );
}

function orderTookTooLong(shutdownMs: number, cause: unknown): UserError {
  return new UserError(
    `An order did not end within ${shutdownMs / 1_000} s: the worker ends without it, and it is met again.`,
    'npx leftoff worker',
    'failed',
    { cause },
  );
}
