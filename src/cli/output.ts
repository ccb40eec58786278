/**
 * Where a command's words go: results to stdout, everything else to stderr.
 *
 * O1  `--json`: one JSON document on stdout and nothing else there.
 * O2  `--quiet`: no progress, no remarks; the result stays.
 */
import type { Command } from 'commander';

export interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
  /** What the command was asked for: text for people, or the JSON of the same value. */
  result(text: string, json: unknown): void;
  /** What is going on, for whoever waits. */
  progress(message: string): void;
}

/** Adds the two options that every command has. */
export function withOutput(command: Command): Command {
  return command
    .option('--json', 'print one JSON document on stdout')
    .option('--quiet', 'print the result only');
}

export function openOutput(options: OutputOptions): Output {
  const json = options.json ?? false;
  const quiet = options.quiet ?? false;
  return {
    json,
    quiet,
    result(text, value) {
      if (json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
      else if (text !== '') process.stdout.write(`${text}\n`);
    },
    progress(message) {
      if (!quiet) process.stderr.write(`${message}\n`);
    },
  };
}
