import { describe, expect, it } from 'vitest';
import { Interruption } from '../../../src/continuation/steps/interruption.js';

const interrupted = { kind: 'interrupted', reason: 'history limit' };

/** Guards a body whose checkpoint always interrupts; returns how it ended and what ran after the checkpoint. */
async function guarded(body: (checkpoint: () => Promise<void>, trace: string[]) => Promise<unknown>) {
  const interruption = new Interruption();
  const trace: string[] = [];
  const end = await interruption.guard(() => body(() => interruption.request('history limit'), trace));
  return { end, trace };
}

describe('an interruption', () => {
  it('stops the body at the checkpoint: nothing after it runs', async () => {
    const { end, trace } = await guarded(async (checkpoint, trace) => {
      trace.push('before');
      await checkpoint();
      trace.push('after');
    });

    expect(end).toEqual(interrupted);
    expect(trace).toEqual(['before']);
  });

  it('can’t be swallowed by try and catch', async () => {
    const { end, trace } = await guarded(async (checkpoint, trace) => {
      try {
        await checkpoint();
      } catch {
        trace.push('caught');
      }
      return 'ended as if nothing had been';
    });

    expect(end).toEqual(interrupted);
    expect(trace).toEqual([]);
  });

  it('can’t be swallowed by finally, which does not run', async () => {
    const { end, trace } = await guarded(async (checkpoint, trace) => {
      try {
        await checkpoint();
      } finally {
        trace.push('finally');
      }
    });

    expect(end).toEqual(interrupted);
    expect(trace).toEqual([]);
  });

  it('can’t be swallowed by Promise.all', async () => {
    const { end } = await guarded((checkpoint) =>
      Promise.all([checkpoint(), Promise.resolve('other')]).catch(() => 'caught'),
    );

    expect(end).toEqual(interrupted);
  });

  it('can’t be swallowed by Promise.race that another promise wins', async () => {
    const { end } = await guarded(async (checkpoint) => {
      await Promise.race([checkpoint(), Promise.resolve('the other won')]);
      return 'ended as if nothing had been';
    });

    expect(end).toEqual(interrupted);
  });

  it('can’t be swallowed by Promise.allSettled', async () => {
    const { end, trace } = await guarded(async (checkpoint, trace) => {
      await Promise.allSettled([checkpoint(), Promise.reject(new Error('of another branch'))]);
      trace.push('settled');
    });

    expect(end).toEqual(interrupted);
    expect(trace).toEqual([]);
  });

  it('can’t be swallowed by Promise.any that another promise wins', async () => {
    const { end } = await guarded((checkpoint) =>
      Promise.any([checkpoint(), Promise.resolve('the other won')]),
    );

    expect(end).toEqual(interrupted);
  });

  it('can’t be swallowed by for await, whose generator makes the checkpoint', async () => {
    const { end, trace } = await guarded(async (checkpoint, trace) => {
      const numbers = async function* () {
        try {
          yield 1;
          await checkpoint();
          yield 2;
        } finally {
          trace.push('finally');
        }
      };
      for await (const number of numbers()) trace.push(`${number}`);
    });

    expect(end).toEqual(interrupted);
    expect(trace).toEqual(['1']);
  });

  it('can’t be swallowed by not awaiting the checkpoint', async () => {
    const { end } = await guarded(async (checkpoint) => {
      void checkpoint();
      return 'ended as if nothing had been';
    });

    expect(end).toEqual(interrupted);
  });

  it('wins over an error that is thrown later', async () => {
    const { end } = await guarded(async (checkpoint) => {
      void checkpoint();
      await Promise.resolve();
      throw new Error('thrown after the interruption');
    });

    expect(end).toEqual(interrupted);
  });

  it('reaches the root from a nested async function whose caller catches everything', async () => {
    const { end, trace } = await guarded(async (checkpoint, trace) => {
      const inner = async () => {
        await checkpoint();
        return 'inner';
      };
      const middle = () => inner().catch(() => 'caught in the middle');
      trace.push(await middle());
    });

    expect(end).toEqual(interrupted);
    expect(trace).toEqual([]);
  });

  it('keeps its first reason', async () => {
    const interruption = new Interruption();

    const end = await interruption.guard(async () => {
      void interruption.request('worker stopping');
      await interruption.request('history limit');
    });

    expect(end).toEqual({ kind: 'interrupted', reason: 'worker stopping' });
  });
});

describe('without an interruption', () => {
  it('a body ends with its value', async () => {
    expect(await new Interruption().guard(async () => 61)).toEqual({ kind: 'ended', value: 61 });
  });

  it('a body’s error comes through', async () => {
    const failing = new Interruption().guard(async () => {
      throw new Error('the body’s own');
    });

    await expect(failing).rejects.toThrow('the body’s own');
  });
});
