/**
 * The gateway's memory: an append-only file, a line of JSON a call. It is what payments are proven by, also with the gateway gone.
 *
 * L1  What `kept` has resolved for is on the disk, and all that was appended before it.
 * L2  A line that was cut off by the gateway's end was never answered: it is cut away when the log is opened again.
 * L3  A line that can't be read is an error that names it; the log is never half of the truth.
 */
import { appendFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type PaymentCall, paymentCallSchema } from '../payments/payment-call.js';
import { UserError } from '../user-error.js';

export interface CallLog {
  /** What it holds from before. */
  readonly calls: readonly PaymentCall[];
  /** In the order of the calls: this part is synchronous. @throws where there is no room; then the log takes nothing any more */
  append(call: PaymentCall): void;
  /** Resolves when everything that was appended so far would outlast a power cut. */
  kept(): Promise<void>;
  close(): Promise<void>;
}

/** For the one process that writes it. @throws UserError for a file that is no log (L3) */
export async function openCallLog(path: string): Promise<CallLog> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'a+', 0o600);
  try {
    const text = await wholeLines(file);
    return {
      calls: parseCalls(text, path),
      append: (call) => appendFileSync(file.fd, `${JSON.stringify(call)}\n`),
      kept: () => file.datasync(),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** All calls of a log, whoever writes it meanwhile; one that isn't there has none. @throws UserError (L3) */
export async function readCalls(path: string): Promise<PaymentCall[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return parseCalls(text.slice(0, text.lastIndexOf('\n') + 1), path);
}

/** Cuts away what is no whole line (L2). */
async function wholeLines(file: FileHandle): Promise<string> {
  const bytes = await file.readFile();
  const end = bytes.lastIndexOf('\n') + 1;
  if (end < bytes.length) await file.truncate(end);
  return bytes.subarray(0, end).toString('utf8');
}

function parseCalls(text: string, path: string): PaymentCall[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, index) => {
      const { data } = paymentCallSchema.safeParse(parseLine(line));
      if (data !== undefined) return data;
      throw new UserError(
        `Line ${index + 1} of ${path} is no payment call.`,
        'Move the file away, or name another one with --log.',
      );
    });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
