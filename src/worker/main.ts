#!/usr/bin/env node
/**
 * The worker's process entry, for containers and for the background: settings from flags and the environment.
 *
 * `leftoff worker` is the same in a terminal.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { timings } from '../continuation/timing.js';
import { readEnvironment } from '../stack/environment.js';
import { findStack } from '../stack/find-stack.js';
import { UserError } from '../user-error.js';

const flags = z.object({
  profile: z.enum(['demo', 'production']).default('production'),
  faults: z.boolean().default(false),
  log: z.string().optional(),
});

try {
  const { values } = parseArgs({
    options: { profile: { type: 'string' }, faults: { type: 'boolean' }, log: { type: 'string' } },
  });
  const { profile, faults, log } = flags.parse({ profile: process.env.LEFTOFF_PROFILE, ...values });
  // Together: `ps` answers while the SDK loads, which takes half of a worker's start.
  const [addresses, { runWorkerProcess }] = await Promise.all([
    findStack(),
    import('./run-worker-process.js'),
  ]);
  await runWorkerProcess({
    addresses,
    timing: timings[profile],
    home: readEnvironment().home,
    faultSeam: faults,
    ...(log === undefined ? {} : { logFile: log }),
    writeLine: (line) => process.stdout.write(`${line}\n`),
  });
} catch (error) {
  const told = error instanceof UserError ? error : unexpected(error);
  process.stderr.write(`${told.message}\n→ ${told.mend}\n`);
  process.exitCode = told.kind === 'usage' ? 2 : 1;
}

function unexpected(error: unknown): UserError {
  const reason = error instanceof Error ? error.message : String(error);
  return new UserError(`The worker can't run: ${reason}`, 'npx leftoff verify', 'failed', { cause: error });
}
