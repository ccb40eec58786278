/**
 * Turns whatever a command threw into words and an exit code.
 *
 * X1  A user's mistake is told in words, with the command that mends it; never with a stack trace.
 * X2  Exit 1: failed; 2: wrong usage; 130: after Ctrl+C.
 * X3  A server that went away is told as that, with its address.
 * X4  What we did not expect is told in one line, with where the details are.
 * X5  A command that has failed ends, though a server that fell silent never lets go of its connection.
 */
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { UserError } from '../user-error.js';
import { translateError } from './translate-error.js';
import { errorColours } from './ui/colours.js';
import { wrapBehind } from './ui/wrap-text.js';

/** Thrown when a person pressed Ctrl+C and the command is done with its cleaning up. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Long enough for what was written to be read. */
const lingerMs = 500;

export async function exitWith(thrown: unknown): Promise<void> {
  await tellAndSetCode(thrown);
  setTimeout(() => process.exit(), lingerMs).unref();
}

async function tellAndSetCode(thrown: unknown): Promise<void> {
  if (thrown instanceof Interrupted) {
    process.exitCode = 130;
    return;
  }
  if (thrown instanceof CommanderError) {
    // Commander has printed its message, or the help, already. Its own code for wrong usage is 1.
    process.exitCode = thrown.exitCode === 0 ? 0 : 2;
    return;
  }
  const error = translateError(thrown);
  if (error instanceof UserError) {
    tell(error.message, error.mend);
    process.exitCode = error.kind === 'usage' ? 2 : 1;
    return;
  }
  const where = await keepDetails(thrown);
  tell(`Unexpected: ${thrown instanceof Error ? thrown.message : String(thrown)}`, where);
  process.exitCode = 1;
}

/** Wrapped on a terminal; whole lines elsewhere, so that they can be searched. */
function tell(message: string, mend: string): void {
  const columns = process.stderr.isTTY ? process.stderr.columns : Number.POSITIVE_INFINITY;
  process.stderr.write(`${errorColours.red('✗')}${wrapBehind('  ', message, columns).slice(1)}\n`);
  process.stderr.write(`${wrapBehind('  → ', mend, columns)}\n`);
}

async function keepDetails(thrown: unknown): Promise<string> {
  // Loaded here: its schema library is 90 ms that `--help` would wait for.
  const { readHome } = await import('../stack/environment.js');
  const file = join(readHome(), 'logs', 'errors.log');
  const details = thrown instanceof Error ? thrown.stack : String(thrown);
  try {
    await mkdir(join(file, '..'), { recursive: true });
    await appendFile(file, `${new Date().toISOString()} ${process.argv.slice(2).join(' ')}\n${details}\n\n`);
    return `The details are in ${file}; npx leftoff verify checks every part.`;
  } catch {
    return 'npx leftoff verify checks every part.';
  }
}
