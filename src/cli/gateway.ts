/** `leftoff gateway`: a payment gateway in this terminal, for `run --payments`; prints its calls, and at its end what they come to. */
import { join } from 'node:path';
import { Command } from 'commander';
import { readCalls } from '../gateway/call-log.js';
import { servePayments } from '../gateway/serve-payments.js';
import { callsFolder, usualAnswerMs } from '../gateway/start-payment-gateway.js';
import type { PaymentCall } from '../payments/payment-call.js';
import { callsByRun, type PaymentsProof, provePayments } from '../payments/prove-payments.js';
import { readHome } from '../stack/environment.js';
import { dollars } from '../worker/told-work.js';
import { interruptible } from './interruptible.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { table } from './ui/table.js';
import { untilCalledOff } from './unless-called-off.js';
import { wholeNumber } from './whole-number.js';

interface GatewayFlags extends OutputOptions {
  readonly port: number;
  readonly log?: string;
  readonly answerMs: number;
}

export function gatewayCommand(): Command {
  return withOutput(new Command('gateway'))
    .description(
      'Runs a payment gateway on 127.0.0.1 that deduplicates by idempotency key, and prints its calls. Ctrl+C ends it, with what they come to.',
    )
    .option('--port <port>', 'where it listens; default: a free one', wholeNumber(1, 65_535), 0)
    .option('--log <file>', 'where its calls are kept; default: .leftoff/payments/calls.jsonl')
    .option('--answer-ms <ms>', 'how long an answer takes', wholeNumber(0, 60_000), usualAnswerMs)
    .addHelpText(
      'after',
      '\nExample:\n  leftoff gateway --port 8099\n  leftoff run step:process-orders --payments http://127.0.0.1:8099',
    )
    .action((options: GatewayFlags) => {
      const output = openOutput(options);
      const { port, answerMs, log = join(callsFolder(readHome()), 'calls.jsonl') } = options;
      return interruptible(async (stop) => {
        const isRepeat = repeatsSince(await readCalls(log));
        // With --json its lines are remarks beside the document.
        const write = (line: string): void => {
          if (options.json) output.progress(line);
          else if (!output.quiet) process.stdout.write(`${line}\n`);
        };
        const onCall = (call: PaymentCall): void => write(describeCall(call, isRepeat(call)));
        let at = '';
        await servePayments({ log, port, answerMs, onCall }, async (url) => {
          at = url;
          write(`payment gateway at ${url}; its calls are kept in ${log}`);
          await untilCalledOff(stop);
        });
        const runs = [...callsByRun(await readCalls(log))].map(([runId, calls]) => ({
          runId,
          ...provePayments(calls),
        }));
        output.result(describeRuns(runs), { url: at, log, runs });
      });
    });
}

/** Tells of each charge whether its run had charged that order already. */
function repeatsSince(before: readonly PaymentCall[]): (call: PaymentCall) => boolean {
  const charged = new Set<string>();
  const isRepeat = ({ runId, orderId, outcome }: PaymentCall): boolean => {
    if (outcome !== 'charged') return false;
    const order = `${runId}/${orderId}`;
    const known = charged.has(order);
    charged.add(order);
    return known;
  };
  for (const call of before) isRepeat(call);
  return isRepeat;
}

/** @param again its run had charged this order already */
export function describeCall({ runId, orderId, cents, outcome, key }: PaymentCall, again: boolean): string {
  const words = {
    charged: `charged${again ? ' AGAIN' : ''} ${dollars(cents)}`,
    deduplicated: 'deduplicated: paid already',
    refused: `refused: its key was used for something else than ${dollars(cents)}`,
  }[outcome];
  return `${runId}  order ${orderId} ${words} · ${key === null ? 'no key' : `key ${key}`}`;
}

function describeRuns(runs: readonly ({ readonly runId: string } & PaymentsProof)[]): string {
  if (runs.length === 0) return 'no calls';
  return table(
    [
      { title: 'run' },
      ...['calls', 'charged', 'deduplicated', 'refused', 'doubled', 'paid twice'].map((title) => ({
        title,
        align: 'right' as const,
      })),
    ],
    runs.map(({ runId, calls, charged, deduplicated, refused, doubled, paidTwiceCents }) => [
      runId,
      ...[calls, charged, deduplicated, refused, doubled].map(String),
      dollars(paidTwiceCents),
    ]),
  );
}
