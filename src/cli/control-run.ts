/**
 * What `pause`, `unpause` and `cancel` have in common: ask, wait until it is so, say what came of it.
 *
 * C1  With no worker alive nothing hangs: it says that the request is recorded, and what it waits for.
 * C2  What is so already is no error; what can't be is one, with its reason, and changes nothing.
 * C3  A run that ended just before it could be asked has ended: that is said, and is an error.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import { isEnded, type RunState, type RunStateName, readRun } from '../continuation/inspection/index.js';
import type { Asked, AskOptions } from '../continuation/operation/index.js';
import { UserError } from '../user-error.js';
import { listWorkers } from '../worker/worker-record.js';
import { findRun, runWord } from './find-run.js';
import { interruptible } from './interruptible.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { readMemo } from './run-memo.js';
import { describeWhere, summariseRun } from './run-summary.js';
import { withTemporal } from './session.js';
import { wholeNumber } from './whole-number.js';
import { noWorker, workersAlive } from './workers-alive.js';

export interface ControlFlags extends OutputOptions {
  /** Seconds. */
  readonly wait: number;
}

export function withControlFlags(command: Command): Command {
  return withOutput(command)
    .argument('[run]', 'run id or a unique prefix; default: the newest', runWord)
    .option('--wait <s>', 'how long to wait until it is so', wholeNumber(0, 86_400), 30);
}

interface Control {
  readonly ask: (client: Client, workflowId: string, options: AskOptions) => Promise<Asked>;
  /** The states in which it is so. */
  readonly wanted: readonly RunStateName[];
  /** The state in which there is nothing to ask. */
  readonly already: RunStateName;
  /** The state in which it has been asked, and is about to be so. */
  readonly asked: RunStateName;
  /** What happens once there is a worker. */
  readonly later: string;
}

const pollMs = 50;

export function controlRun(word: string | undefined, options: ControlFlags, control: Control): Promise<void> {
  const output = openOutput(options);
  return interruptible((signal) =>
    withTemporal(async ({ client, home }) => {
      const workflowId = await findRun(client, word);
      const startedMs = performance.now();
      const alone = (await workersAlive(client, await listWorkers(home))).length === 0;
      const asked = await control.ask(client, workflowId, alone ? { answerWithinMs: 0 } : {});
      if (asked.kind === 'refused') {
        const run = await readRun(client, workflowId);
        if (run.state === control.already) {
          output.result(`${workflowId} is ${run.state} already`, toJson(run, asked, 0));
          return;
        }
        // Asked before, by somebody or by this person: to wait for it is no mistake.
        if (run.state !== control.asked)
          throw new UserError(`${workflowId} ${asked.why}.`, `npx leftoff status ${workflowId}`);
      }
      const limitMs = alone ? 0 : options.wait * 1_000;
      const run = await awaitState(client, workflowId, { wanted: control.wanted, limitMs, signal });
      const tookMs = Math.round(performance.now() - startedMs);
      if (isEnded(run.state) && !control.wanted.includes(run.state)) {
        output.result(`${workflowId} has ${run.state} before that`, toJson(run, asked, tookMs));
        process.exitCode = 1;
        return;
      }
      output.result(describe(run, control, { tookMs, alone }), toJson(run, asked, tookMs));
      if (alone && !control.wanted.includes(run.state)) output.progress(noWorker);
    }),
  );
}

async function awaitState(
  client: Client,
  workflowId: string,
  { wanted, limitMs, signal }: { wanted: readonly RunStateName[]; limitMs: number; signal: AbortSignal },
): Promise<RunState> {
  const until = performance.now() + limitMs;
  for (;;) {
    signal.throwIfAborted();
    const run = await readRun(client, workflowId);
    if (wanted.includes(run.state) || isEnded(run.state) || performance.now() >= until) return run;
    // Each partition is a reading of its own.
    const pauseMs = pollMs * (1 + run.partitions.length);
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

function describe(
  run: RunState,
  { wanted, later }: Control,
  { tookMs, alone }: { readonly tookMs: number; readonly alone: boolean },
): string {
  const { workflowId, state, memo } = run;
  if (!wanted.includes(state))
    return `${workflowId} is ${state}: that is recorded, ${alone ? `and ${later}` : 'nobody need wait for it'}`;
  return `${workflowId} ${state}; ${describeWhere(run, readMemo(memo).job)}; after ${(tookMs / 1_000).toFixed(1)} s`;
}

function toJson(run: RunState, asked: Asked, tookMs: number) {
  const recorded =
    asked.kind === 'refused' ? null : asked.kind === 'taken' ? 'by its Workflow' : 'in history';
  return { ...summariseRun(run, new Date()), recorded, tookMs };
}
