#!/usr/bin/env node
/** The `leftoff` command: loads the page that was asked for, and nothing else. */
import { Command } from 'commander';
import { whenNobodyReads } from '../worker/when-nobody-reads.js';
import { exitWith } from './exit.js';
import { stopForLackOfReaders } from './interruptible.js';
import { pages } from './pages.js';
import { wrapText } from './ui/wrap-text.js';

const program = new Command('leftoff')
  .description('Shows, measures and makes reusable how a long-running job picks up where it left off.')
  .showHelpAfterError('(see leftoff --help)')
  .addHelpText(
    'after',
    '\nExample:\n  leftoff demo --pattern enumerator --signal SIGKILL\n\nEvery command has --help with an example.',
  );

whenNobodyReads(stopForLackOfReaders);

const asked = process.argv.slice(2).find((word) => !word.startsWith('-'));
try {
  for (const { name, summary, load } of pages) {
    const help = asked === 'help' && process.argv.includes(name);
    program.addCommand(name === asked || help ? await load() : new Command(name).description(summary));
  }
  // A command's own --json must not take those of the commands below it: `schedule trigger … --json`.
  program.exitOverride().enablePositionalOptions();
  for (const command of program.commands) {
    prepare(command, command.name());
    for (const sub of command.commands) prepare(sub, `${command.name()} ${sub.name()}`);
  }
  await program.parseAsync();
} catch (error) {
  await exitWith(error);
}

function prepare(command: Command, name: string): void {
  command.exitOverride().showHelpAfterError(`(see leftoff ${name} --help)`).configureOutput({ outputError });
}

/** Wrapped on a terminal; a whole line elsewhere, so that it can be searched. */
function outputError(text: string, write: (text: string) => void): void {
  const columns = process.stderr.isTTY ? process.stderr.columns : Number.POSITIVE_INFINITY;
  write(
    text
      .split('\n')
      .map((line) => wrapText(line, columns).join('\n'))
      .join('\n'),
  );
}
