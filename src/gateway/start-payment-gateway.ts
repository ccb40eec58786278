/**
 * Starts a payment gateway in a process of its own, and waits until it answers.
 *
 * S1  Ctrl+C in the terminal doesn't reach it (own session); it ends with `stop`, or with the process that started it, however that ends.
 * S2  Its counts come from its log: they can be had while it is down, and after its end.
 * S3  Started again with the port and the log of one that was killed, it takes that one's place, keys and all.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type PaymentsProof, provePayments } from '../payments/prove-payments.js';
import { makeHome } from '../stack/make-home.js';
import { identifyProcess } from '../stack/processes/process-identity.js';
import { stopProcess } from '../stack/processes/stop-process.js';
import { UserError } from '../user-error.js';
import { readCalls } from './call-log.js';

interface GatewayToStart {
  readonly home: string;
  /** Default: a new one, below the home. */
  readonly log?: string;
  /** Default: one that is free. */
  readonly port?: number;
  /** Milliseconds that an answer takes; default: `usualAnswerMs`. */
  readonly answerMs?: number;
}

export interface StartedGateway {
  readonly url: string;
  readonly pid: number;
  readonly log: string;
  /** Of all its calls, or of one run's. */
  counts(runId?: string): Promise<PaymentsProof>;
  /** Ends it, if it is still there. */
  stop(): Promise<void>;
}

/** A few milliseconds, as a gateway near by would take. */
export const usualAnswerMs = 5;

const entry = fileURLToPath(new URL('./main.js', import.meta.url));
const startLimitMs = 20_000;
const readyLine = z.object({ url: z.url() });

/** Where gateways keep their calls. */
export const callsFolder = (home: string): string => join(home, 'payments');

/** @throws UserError with its last words where it doesn't come up */
export async function startPaymentGateway({
  home,
  log = join(callsFolder(home), `calls-${randomUUID()}.jsonl`),
  port = 0,
  answerMs = usualAnswerMs,
}: GatewayToStart): Promise<StartedGateway> {
  await makeHome(home);
  const args = [entry, '--log', log, '--port', String(port), '--answer-ms', String(answerMs)];
  const child = spawn(process.execPath, args, { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  // Ended by somebody else, it reads no more: no error of ours.
  child.stdin.on('error', () => undefined);
  const lastWords = text(child.stderr);
  const ended = once(child, 'close').then(async () => {
    throw new UserError(
      `The payment gateway did not come up.\n${(await lastWords).trim()}`,
      'npx leftoff gateway',
    );
  });
  ended.catch(() => undefined);
  const late = AbortSignal.timeout(startLimitMs);
  try {
    const [line] = await Promise.race([
      once(createInterface({ input: child.stdout }), 'line', { signal: late }),
      ended,
    ]);
    const { url } = readyLine.parse(JSON.parse(z.string().parse(line)));
    const { pid } = child;
    const own = pid === undefined ? null : await identifyProcess(pid);
    if (own === null) await ended;
    if (own === null) throw new Error('The payment gateway ended, and nobody heard of it.');
    return {
      url,
      pid: own.pid,
      log,
      counts: async (runId) => {
        const calls = await readCalls(log);
        return provePayments(runId === undefined ? calls : calls.filter((call) => call.runId === runId));
      },
      stop: async () => {
        await stopProcess(own, 'SIGTERM');
      },
    };
  } catch (error) {
    // By its handle: as long as its end isn't known, its pid is nobody else's.
    child.kill('SIGKILL');
    throw error;
  }
}
