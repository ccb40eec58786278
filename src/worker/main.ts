#!/usr/bin/env node
/**
 * The worker's process entry, for containers and for the background: settings from flags and the environment.
 *
 * `leftoff worker` is the same in a terminal.
 */
import { loadWorkerProgram } from './load-program.js';

// Nobody reads its lines any more (`| head`, a closed terminal): it ends as on a signal, with the order in hand done.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    process.kill(process.pid, 'SIGTERM');
  });

try {
  await loadWorkerProgram().runWorkerFromFlags(process.argv.slice(2));
} catch (error) {
  // Without the program there is no class of errors yet: its own it tells itself.
  process.stderr.write(`The worker can't run: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
