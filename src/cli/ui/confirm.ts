/** Asks a person yes or no, on the terminal's error stream so that stdout stays the result's. */
import { createInterface } from 'node:readline/promises';
import { Interrupted } from '../exit.js';

/** Only a typed yes is yes. @throws Interrupted after Ctrl+C or Ctrl+D */
export async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const given = new AbortController();
  terminal.on('SIGINT', () => given.abort()).on('close', () => given.abort());
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: given.signal });
    return /^(y|yes)$/i.test(answer.trim());
  } catch (error) {
    if (!given.signal.aborted) throw error;
    process.stderr.write('\n');
    throw new Interrupted();
  } finally {
    terminal.close();
  }
}
