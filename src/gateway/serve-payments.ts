/**
 * A payment gateway as a real one behaves at its idempotency keys, on 127.0.0.1: it charges, and forgets nothing.
 *
 * G1  A call is in the log before it is answered: what was answered outlasts the gateway's kill, and so do its keys.
 * G2  Two calls with one key are one payment, also when both are under way: judged and logged in one go, answered once both are kept.
 * G3  A key doesn't expire. A real gateway's does, a day after its first use at the earliest (Stripe).
 * G4  One gateway a log: another one would not know its keys.
 * G5  Where the log can't be written it ends, and answers nobody: restarted, it knows what it had answered.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import {
  keyHeader,
  keyLimit,
  type PaymentAnswer,
  type PaymentCall,
  type PaymentRequest,
  paymentRequestSchema,
  paymentsPath,
  replayedHeader,
} from '../payments/payment-call.js';
import { withLock } from '../stack/processes/with-lock.js';
import { UserError } from '../user-error.js';
import { type CallLog, openCallLog } from './call-log.js';
import { judgeCall } from './judge-call.js';

export interface GatewaySettings {
  /** The file that its calls are kept in. */
  readonly log: string;
  /** 0: one that is free. */
  readonly port: number;
  /** Milliseconds from a call that is kept to its answer. */
  readonly answerMs: number;
  /** Told of each call once it is kept, before its answer. */
  readonly onCall: (call: PaymentCall) => void;
}

const host = '127.0.0.1';
const bodyLimitBytes = 10_000;

/** Serves while the work lasts, and answers what is under way then. @throws UserError where log or port can't be had */
export async function servePayments(
  settings: GatewaySettings,
  whileServing: (url: string) => Promise<void>,
): Promise<void> {
  const caller = { onProgress: () => undefined, signal: new AbortController().signal };
  await withLock(
    `${settings.log}.lock`,
    caller,
    async () => {
      const log = await openCallLog(settings.log);
      try {
        await serve(settings, log, whileServing);
      } finally {
        await log.close();
      }
    },
    ({ pid }) => {
      throw new UserError(
        `Another payment gateway (process ${pid}) keeps its calls in ${settings.log}.`,
        'Use that one, or name another file with --log.',
      );
    },
  );
}

async function serve(
  settings: GatewaySettings,
  log: CallLog,
  whileServing: (url: string) => Promise<void>,
): Promise<void> {
  const gateway = takingCalls(log);
  let fail = (_: unknown): void => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const server = createServer((request, response) => {
    answer(request, response, settings, gateway).catch(fail);
  });
  await listen(server, settings.port);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The gateway has no port.');
  try {
    await Promise.race([whileServing(`http://${host}:${address.port}`), failed]);
  } finally {
    const closed = once(server, 'close');
    server.close();
    await Promise.race([closed, failed]).finally(() => server.closeAllConnections());
  }
}

interface TakesCalls {
  /** @returns what became of it, once that is kept */
  take(request: PaymentRequest, key: string | null): Promise<{ call: PaymentCall; refusal: string | null }>;
}

function takingCalls(log: CallLog): TakesCalls {
  const firstByKey = new Map<string, PaymentCall>();
  const remember = (call: PaymentCall): void => {
    if (call.key !== null && call.outcome === 'charged') firstByKey.set(call.key, call);
  };
  for (const call of log.calls) remember(call);
  return {
    async take(request, key) {
      const judged = judgeCall(request, key === null ? undefined : firstByKey.get(key));
      const call: PaymentCall = { at: new Date().toISOString(), key, ...request, ...outcomeOf(judged) };
      log.append(call);
      remember(call);
      await log.kept();
      return { call, refusal: judged.kind === 'refuse' ? judged.why : null };
    },
  };
}

function outcomeOf(judged: ReturnType<typeof judgeCall>): Pick<PaymentCall, 'outcome' | 'paymentId'> {
  switch (judged.kind) {
    case 'charge':
      return { outcome: 'charged', paymentId: randomUUID() };
    case 'deduplicate':
      return { outcome: 'deduplicated', paymentId: judged.paymentId };
    case 'refuse':
      return { outcome: 'refused', paymentId: null };
  }
}

/** @throws where the log can't be written (G5) */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { answerMs, onCall }: GatewaySettings,
  gateway: TakesCalls,
): Promise<void> {
  if (request.method === 'GET' && request.url === '/')
    return reply(response, 200, { paymentGateway: 'leftoff' });
  if (request.method !== 'POST' || request.url !== paymentsPath)
    return reply(response, 404, { error: `There is POST ${paymentsPath} alone.` });
  const asked = await readRequest(request);
  if (asked.kind === 'malformed') return reply(response, 400, { error: asked.why });
  const { call, refusal } = await gateway.take(asked.payment, asked.key);
  onCall(call);
  await delay(answerMs);
  const { orderId, cents, paymentId } = call;
  if (paymentId === null) return reply(response, 422, { error: refusal });
  const payment: PaymentAnswer = { paymentId, orderId, cents };
  reply(response, 200, payment, call.outcome === 'deduplicated' ? { [replayedHeader]: 'true' } : {});
}

type Asked =
  | { readonly kind: 'payment'; readonly payment: PaymentRequest; readonly key: string | null }
  | { readonly kind: 'malformed'; readonly why: string };

async function readRequest(request: IncomingMessage): Promise<Asked> {
  const key = request.headers[keyHeader] ?? null;
  if (Array.isArray(key) || key?.length === 0 || (key?.length ?? 0) > keyLimit)
    return { kind: 'malformed', why: `an idempotency key has 1 to ${keyLimit} characters` };
  const payment = paymentRequestSchema.safeParse(await readJson(request));
  if (!payment.success) return { kind: 'malformed', why: 'a payment is runId, orderId and cents above 0' };
  return { kind: 'payment', payment: payment.data, key };
}

/** Null for what is no JSON, is too long, or never came to its end. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY) > bodyLimitBytes) return null;
  try {
    return JSON.parse(await text(request));
  } catch {
    return null;
  }
}

function reply(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(`${JSON.stringify(body)}\n`);
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `The payment gateway can't listen at ${host}:${port}: ${reason}.`,
      'Name another port with --port, or none: then it takes a free one.',
      'failed',
      { cause: error },
    );
  }
}
