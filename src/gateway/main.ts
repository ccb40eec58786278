/**
 * A payment gateway as a process of its own, for whoever starts one beside a run (start-payment-gateway.ts).
 *
 * Says where it is in one line, and ends with whoever started it: when its input does, or on a signal.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { servePayments } from './serve-payments.js';

const flags = z.object({
  log: z.string(),
  port: z.coerce.number().int().min(0).max(65_535),
  'answer-ms': z.coerce.number().int().nonnegative(),
});

try {
  const { values } = parseArgs({
    options: { log: { type: 'string' }, port: { type: 'string' }, 'answer-ms': { type: 'string' } },
  });
  const { log, port, 'answer-ms': answerMs } = flags.parse(values);
  await servePayments({ log, port, answerMs, onCall: () => undefined }, async (url) => {
    process.stdout.write(`${JSON.stringify({ url })}\n`);
    await Promise.race([
      once(process.stdin.resume(), 'close'),
      once(process, 'SIGTERM'),
      once(process, 'SIGINT'),
    ]);
    process.stdin.destroy();
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
