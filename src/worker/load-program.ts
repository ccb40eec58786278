/**
 * Loads a program that the build made one file of, with V8's compiled code beside it.
 *
 * C1  A worker's start is what a recovery waits for: loading the SDK's 700 files one by one took half of it.
 * C2  The Workflow thread boots beside the worker, not after it: the SDK would start it when it is all loaded.
 * C3  A thread that ended before the SDK took it is none: the SDK gets another, and hears of what befalls that.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, Script } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { readCodeCache } from './code-cache.js';

export type WorkerProgram = typeof import('./worker-program.js');

export interface Program {
  readonly source: Buffer;
  readonly script: Script;
  /** Runs it, once. @param startWorkflowThread what the bundle calls it by. @returns what it exports */
  readonly run: (startWorkflowThread?: () => Worker) => unknown;
}

/** Where the build leaves the bundles: beside this file, so that what they look for beside themselves is where it was. */
export const workerProgram = fileURLToPath(new URL('./worker-program.bundle.cjs', import.meta.url));
export const workflowThreadProgram = fileURLToPath(
  new URL('./workflow-thread-program.bundle.cjs', import.meta.url),
);

/** @throws Error where it was not built */
export function readProgram(file: string): Program {
  requireBuilt(file);
  const source = readFileSync(file);
  const cachedData = readCodeCache(file, source);
  const script = new Script(wrapped(source.toString('latin1')), {
    filename: file,
    ...(cachedData === null ? {} : { cachedData }),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return {
    source,
    script,
    run(startWorkflowThread = newWorkflowThread) {
      const module: { exports: unknown } = { exports: {} };
      const node = [module.exports, createRequire(file), module, file, dirname(file)];
      const importTracing = () => import('./tracing/tracing.js');
      const own = [...node, startWorkflowThread, importTracing];
      script.runInThisContext()(...own);
      return module.exports;
    },
  };
}

/** @throws Error where it was not built */
export function loadWorkerProgram(): WorkerProgram {
  requireBuilt(workflowThreadProgram);
  const program = readProgram(workerProgram).run(threadStartedAhead(newWorkflowThread));
  if (!isWorkerProgram(program))
    throw new Error(`${workerProgram} is of another version: npm run build makes it anew.`);
  return program;
}

/** Starts a thread now. @returns what hands it out, and a new one each time after that */
export function threadStartedAhead(start: () => Worker): () => Worker {
  const ahead = start();
  // A worker that fails before the SDK takes the thread ends all the same.
  ahead.unref();
  let waiting: Worker | null = ahead;
  const forget = (): void => {
    waiting = null;
  };
  ahead.once('error', forget).once('exit', forget);
  return () => {
    if (waiting === null) return start();
    forget();
    ahead.off('error', forget).off('exit', forget).ref();
    return ahead;
  };
}

function requireBuilt(file: string): void {
  if (!existsSync(file)) throw new Error(`${file} is missing: npm run build makes it.`);
}

function isWorkerProgram(program: unknown): program is WorkerProgram {
  return (
    typeof program === 'object' &&
    program !== null &&
    'runWorker' in program &&
    'runWorkerFromFlags' in program
  );
}

function newWorkflowThread(): Worker {
  return new Worker(new URL('./workflow-thread.js', import.meta.url));
}

/** As Node wraps a CommonJS module: https://nodejs.org/api/modules.html#the-module-wrapper */
function wrapped(source: string): string {
  return `(function (exports, require, module, __filename, __dirname, startWorkflowThread, importTracing) { ${source}\n})`;
}
