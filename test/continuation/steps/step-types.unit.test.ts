/** What the compiler holds: `npm run types` fails where one of these lines no longer errs. The bodies are never run. */
import { describe, expectTypeOf, it } from 'vitest';
import type { Batch, BatchStart } from '../../../src/continuation/checkpoint.js';
import { batchOf, type Cursor, type Job, type Step } from '../../../src/continuation/steps/index.js';

type Position = { readonly day: string; readonly ids: readonly bigint[] };

declare const job: Job;
declare const numbered: (from: BatchStart<number>) => Promise<Batch<number>>;
declare const named: (from: BatchStart<string>) => Promise<Batch<string>>;

/** Checked by the compiler, never called: there is no job. */
const compiled = (_: () => void): void => undefined;

describe('the compiler', () => {
  it('follows the cursor’s type from the start to set and advance', () => {
    compiled(() => {
      void job.step('walk', { start: 0 }, async (step) => {
        expectTypeOf(step.cursor).toEqualTypeOf<number>();
        await step.set(1);
        await step.advance(2);
        // @ts-expect-error a cursor of the wrong type
        await step.set('1');
        // @ts-expect-error a position of the wrong type
        await step.advance(1n);
      });
      void job.step('walk', { start: 0n }, async (step) => {
        expectTypeOf(step.cursor).toEqualTypeOf<bigint>();
      });
      void job.step('walk', { start: new Date(0) }, async (step) => {
        expectTypeOf(step.cursor).toEqualTypeOf<Date>();
      });
      void job.step('walk', { start: { id: 0, day: '1997-01-18' } }, async (step) => {
        await step.set({ id: 1, day: '1997-01-19' });
        // @ts-expect-error a part of the wrong type
        await step.set({ id: '1', day: '1997-01-19' });
      });
    });
  });

  it('follows the cursor’s type from the body’s annotation, and knows that it may be null there', () => {
    compiled(() => {
      void job.step('walk', async (step: Step<Position>) => {
        expectTypeOf(step.cursor).toEqualTypeOf<Position | null>();
        await step.set({ day: '1997-01-18', ids: [1n] });
        // @ts-expect-error a bigint left out
        await step.set({ day: '1997-01-18', ids: [1] });
        // @ts-expect-error null is no position
        await step.set(null);
      });
      void job.step('walk', { isolated: true }, async (step: Step<number>) => step.set(1));
    });
  });

  it('keeps a tuple’s places apart', () => {
    compiled(() => {
      void job.step('walk', { start: ['1997-01-18', 1] }, async (step) => {
        expectTypeOf(step.cursor).toEqualTypeOf<[string, number]>();
        await step.set(['1997-01-19', 2]);
        // @ts-expect-error a part is missing
        await step.set(['1997-01-19']);
        // @ts-expect-error a part of the other's type
        await step.set(['1997-01-19', '2']);
      });
    });
  });

  it('lets no step of one cursor pass for a step of another', () => {
    const anywhere = (step: Step<Cursor>) => step.set('not a number');
    const wider = (step: Step<string | number>) => step.set('not a number');
    compiled(() => {
      // @ts-expect-error it would set a string
      void job.step('walk', (step: Step<number>) => anywhere(step));
      // @ts-expect-error so would this
      void job.step('walk', (step: Step<number>) => wider(step));
    });
  });

  it('follows the cursor of a batch that is written by hand', () => {
    compiled(() => {
      void job.step('walk', (step: Step<number>) =>
        step.batches(async () => batchOf(1, { kind: 'finished' })),
      );
      void job.step('walk', (step: Step<number>) =>
        // @ts-expect-error a batch by string
        step.batches(async () => batchOf('1', { kind: 'finished' })),
      );
    });
  });

  it('refuses a cursor that could never be one', () => {
    compiled(() => {
      // @ts-expect-error a Map is no cursor
      void job.step('walk', async (step: Step<Map<string, number>>) => step.checkpoint());
      // @ts-expect-error neither is undefined
      void job.step('walk', { start: undefined }, async () => undefined);
      // @ts-expect-error nor a function
      void job.step('walk', { start: () => 1 }, async () => undefined);
    });
  });

  it('refuses a next of another type than the start’s', () => {
    compiled(() => {
      void job.step('walk', { start: 'a', next: (at) => `${at}a` }, async (step) => step.advance());
      // @ts-expect-error a string’s next is a string
      void job.step('walk', { start: 'a', next: (at: string) => at.length }, async (step) => step.advance());
    });
  });

  it('refuses batches of another cursor', () => {
    compiled(() => {
      void job.step('process', async (step: Step<number>) => {
        await step.batches(numbered);
        // @ts-expect-error batches by string
        await step.batches(named);
        // @ts-expect-error a batch by string
        await step.record(await named({ step: '', cursor: null, chain: '', generation: 1 }));
      });
    });
  });

  it('follows a step’s result', () => {
    compiled(() => {
      expectTypeOf(job.step('sum', async () => ({ cents: 1n }))).resolves.toEqualTypeOf<{ cents: bigint }>();
      expectTypeOf(job.step('sum', { start: 1 }, async () => 'x')).resolves.toEqualTypeOf<string>();
    });
  });
});
