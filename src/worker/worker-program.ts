/**
 * The worker as one program, which the build bundles (`bundle-programs.ts`).
 *
 * B1  What fails comes out as data: an error class of the bundle is not the caller's class of the same name.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { timings } from '../continuation/timing.js';
import { readEnvironment } from '../stack/environment.js';
import { findStack } from '../stack/find-stack.js';
import { UserError } from '../user-error.js';
import { observation } from './observation.js';
import { runWorkerProcess, type WorkerProcess } from './run-worker-process.js';
import type { WorkerStopped } from './worker-events.js';
import { workflowBundleVariable } from './workflow-bundle-path.js';

export type WorkerOutcome =
  | { readonly kind: 'stopped'; readonly stopped: WorkerStopped & { readonly identity: string } }
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly mend: string;
      readonly reason: UserError['kind'];
    };

const flags = z.object({
  profile: z.enum(['demo', 'production']).default('production'),
  faults: z.boolean().default(false),
  log: z.string().optional(),
  metrics: z.string().optional(),
  trace: z.boolean().optional(),
});

/** Runs a worker until it is told to stop. @throws what is no UserError */
export async function runWorker(settings: WorkerProcess): Promise<WorkerOutcome> {
  try {
    return { kind: 'stopped', stopped: await runWorkerProcess(settings) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return failed(error);
  }
}

/** The same as a process of its own: its lines on stdout, its error on stderr, its exit code. */
export async function runWorkerFromFlags(args: string[]): Promise<void> {
  const outcome = await runWithFlags(args).catch(toldAsFailure);
  if (outcome.kind === 'stopped') return;
  process.stderr.write(`${outcome.message}\n→ ${outcome.mend}\n`);
  process.exitCode = outcome.reason === 'usage' ? 2 : 1;
}

async function runWithFlags(args: string[]): Promise<WorkerOutcome> {
  const { values } = parseArgs({
    args,
    options: {
      profile: { type: 'string' },
      faults: { type: 'boolean' },
      log: { type: 'string' },
      metrics: { type: 'string' },
      trace: { type: 'boolean' },
    },
  });
  const { profile, faults, log, ...observed } = flags.parse({
    profile: process.env.LEFTOFF_PROFILE,
    ...values,
  });
  const environment = readEnvironment();
  return runWorker({
    addresses: await findStack(),
    timing: timings[profile],
    home: environment.home,
    ...observation(observed, environment),
    faultSeam: faults,
    ...otherVersion(faults),
    ...(log === undefined ? {} : { logFile: log }),
    writeLine: (line) => process.stdout.write(`${line}\n`),
  });
}

/** Only a worker that takes part in fault experiments looks: any other has this build's Workflow code, whatever its environment says. */
function otherVersion(faults: boolean): Pick<WorkerProcess, 'workflowBundle'> {
  const file = faults ? process.env[workflowBundleVariable] : undefined;
  return file === undefined || file === '' ? {} : { workflowBundle: file };
}

function toldAsFailure(error: unknown): WorkerOutcome {
  if (error instanceof UserError) return failed(error);
  const why = error instanceof Error ? error.message : String(error);
  return failed(new UserError(`The worker can't run: ${why}`, 'npx leftoff verify'));
}

function failed({ message, mend, kind: reason }: UserError): WorkerOutcome {
  return { kind: 'failed', message, mend, reason };
}
