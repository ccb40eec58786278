#!/usr/bin/env node
/**
 * The worker's process entry, for containers and for the background: settings from flags and the environment.
 *
 * `leftoff worker` is the same in a terminal.
 */
import { loadWorkerProgram } from './load-program.js';
import { whenNobodyReads } from './when-nobody-reads.js';

// It ends as on a signal, with the order in hand done.
whenNobodyReads(() => process.kill(process.pid, 'SIGTERM'));

try {
  await loadWorkerProgram().runWorkerFromFlags(process.argv.slice(2));
} catch (error) {
  // Without the program there is no class of errors yet: its own it tells itself.
  process.stderr.write(`The worker can't run: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
