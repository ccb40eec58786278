import { ApplicationFailure } from '@temporalio/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Continuation } from '../../../src/continuation/steps/continuation.js';
import { defaultFailureRules, type FailureRules } from '../../../src/continuation/steps/failure-rules.js';
import type { Job } from '../../../src/continuation/steps/job.js';
import { RunLedger } from '../../../src/continuation/steps/run-ledger.js';
import { throughJson } from '../some-checkpoints.js';
import { type Execution, execute, judge } from './an-execution.js';

interface PlannedStep {
  readonly name: string;
  readonly items: number;
  readonly isolated: boolean;
}

/** An error that comes before an item is done, this many times in a row. */
interface PlannedError {
  readonly step: string;
  readonly item: number;
  readonly times: number;
}

interface AnyJob {
  readonly steps: readonly PlannedStep[];
  /** Which checkpoints of the run stop it, counted from its beginning. */
  readonly stops: ReadonlySet<number>;
  readonly errors: readonly PlannedError[];
}

const anyErrorTimes = { min: 1, max: defaultFailureRules.maximumSameErrors - 1 };

const aJob: fc.Arbitrary<AnyJob> = fc
  .array(fc.record({ items: fc.nat(6), isolated: fc.boolean() }), { minLength: 1, maxLength: 5 })
  .chain((plans) => {
    const steps = plans.map((plan, i) => ({ ...plan, name: `step ${i + 1}` }));
    const anError = fc.record({
      step: fc.constantFrom(...steps.map(({ name }) => name)),
      item: fc.integer({ min: 1, max: 6 }),
      times: fc.integer(anyErrorTimes),
    });
    const stops = fc.array(fc.nat(60)).map((numbers) => new Set(numbers));
    return fc.record({
      steps: fc.constant(steps),
      stops,
      errors: fc.uniqueArray(anError, { selector: placeOf }),
    });
  });

function placeOf({ step, item }: Pick<PlannedError, 'step' | 'item'>): string {
  return `${step}/${item}`;
}

interface RanJob {
  /** Each item as it was done, and each step as it ended, in the order of all executions. */
  readonly effects: readonly string[];
  readonly executions: readonly Execution[];
  /** What each execution started from, as it arrived there; null: nothing. */
  readonly carried: readonly (Continuation | null)[];
  readonly failedFor: string | null;
}

/** Runs a job over as many executions as it takes. An effect and its cursor are one: that is the Activities' business. */
async function runToItsEnd(
  plan: AnyJob,
  { rules = defaultFailureRules, from }: { rules?: FailureRules; from?: Continuation } = {},
): Promise<RanJob> {
  const effects: string[] = [];
  const executions: Execution[] = [];
  const carried: (Continuation | null)[] = [from ?? null];
  const errorsLeft = new Map(plan.errors.map((error) => [placeOf(error), error.times]));
  let checkpoints = 0;
  const stop = () => {
    checkpoints += 1;
    return plan.stops.has(checkpoints);
  };
  const body = async (job: Job) => {
    for (const { name, items, isolated } of plan.steps) {
      await job.step(name, { start: 0, isolated }, async (step) => {
        while (step.cursor < items) {
          const item = step.cursor + 1;
          const left = errorsLeft.get(placeOf({ step: name, item })) ?? 0;
          if (left > 0) {
            errorsLeft.set(placeOf({ step: name, item }), left - 1);
            throw ApplicationFailure.create({ type: 'Declined', message: `item ${item} was declined` });
          }
          effects.push(placeOf({ step: name, item }));
          await step.advance();
        }
        effects.push(name);
      });
    }
  };
  for (;;) {
    const start = carried.at(-1) ?? null;
    const execution = await execute(body, { stop, ...(start === null ? {} : { carried: start }) });
    executions.push(execution);
    const ran = (failedFor: string | null): RanJob => ({ effects, executions, carried, failedFor });
    const { end, ledger } = execution;
    if (end.kind === 'ended') return ran(ledger.problemAtEnd());
    if (end.kind === 'interrupted') {
      carried.push(throughJson(ledger.carry(end.reason)));
      continue;
    }
    if (end.kind === 'given up') throw new Error('The library failed the run.');
    if (!(end.error instanceof ApplicationFailure)) throw end.error;
    const verdict = judge(execution, end.error, rules);
    if (verdict.kind === 'fail') return ran(verdict.why);
    ledger.resumeAfterError();
    carried.push(throughJson(ledger.carry(verdict.reason)));
  }
}

/** What the plan does when nothing comes between. */
function effectsOf({ steps }: AnyJob): string[] {
  return steps.flatMap(({ name, items }) => [
    ...Array.from({ length: items }, (_, i) => placeOf({ step: name, item: i + 1 })),
    name,
  ]);
}

const manyCases = { numRuns: 1_000 };

describe('any job in steps', () => {
  it('does each item and completes each step once and in order, whatever interrupts it and whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(aJob, async (plan) => {
        const { effects, failedFor } = await runToItsEnd(plan);

        expect(failedFor).toBeNull();
        expect(effects).toEqual(effectsOf(plan));
      }),
      manyCases,
    );
  }, 30_000);

  it('counts each error that it met as one resumption, and no interruption for history as one', async () => {
    await fc.assert(
      fc.asyncProperty(aJob, async (plan) => {
        const { executions } = await runToItsEnd(plan);

        const met = plan.errors.filter(({ step, item }) =>
          plan.steps.some(({ name, items }) => name === step && item <= items),
        );
        const resumptions = executions.at(-1)?.ledger.resumptions;
        expect(resumptions).toBe(met.reduce((sum, { times }) => sum + times, 0));
      }),
      { numRuns: 500 },
    );
  });

  it('reads what was carried and carries it on unchanged, but for the number of executions', async () => {
    await fc.assert(
      fc.asyncProperty(aJob, async (plan) => {
        const { carried } = await runToItsEnd(plan);

        for (const continuation of carried) {
          if (continuation === null) continue;
          const { reason, executions } = continuation;
          expect(new RunLedger(continuation).carry(reason ?? undefined)).toStrictEqual({
            ...continuation,
            executions: executions + 1,
          });
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keeps an isolated step’s execution free of all others', async () => {
    await fc.assert(
      fc.asyncProperty(aJob, async (plan) => {
        const { executions } = await runToItsEnd(plan);

        const isolated = plan.steps.filter(({ isolated }) => isolated).map(({ name }) => name);
        for (const { events } of executions) {
          const ran = events.filter((event) => /^(started|resumed)/.test(event));
          if (ran.some((event) => isolated.some((name) => event.includes(name)))) expect(ran).toHaveLength(1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('fails where the same error comes five times, keeps its cursor, and a retry goes on there', async () => {
    await fc.assert(
      fc.asyncProperty(aJob, fc.nat(20), async (plan, pick) => {
        const all = plan.steps.flatMap(({ name: step, items }) =>
          Array.from({ length: items }, (_, i) => ({ step, item: i + 1 })),
        );
        const place = all[pick % Math.max(all.length, 1)];
        fc.pre(place !== undefined);
        const times = defaultFailureRules.maximumSameErrors;
        const failing = { ...plan, errors: [{ ...place, times }] };
        const run = await runToItsEnd(failing);
        const kept = throughJson(run.executions.at(-1)?.ledger.keep());
        fc.pre(kept !== undefined);

        const retried = await runToItsEnd(
          { ...plan, errors: [{ ...place, times: times - 1 }] },
          { from: kept },
        );

        expect(run.failedFor).toBe('same error');
        expect(kept.current).toMatchObject({ name: place.step, cursor: place.item - 1 });
        expect(retried.failedFor).toBeNull();
        expect([...run.effects, ...retried.effects]).toEqual(effectsOf(plan));
      }),
      { numRuns: 500 },
    );
  });
});
