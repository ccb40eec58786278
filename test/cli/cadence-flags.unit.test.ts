import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { type CadenceFlags, readCadenceFlags, withCadenceFlags } from '../../src/cli/cadence-flags.js';
import { describeCadenceNow } from '../../src/cli/cadence-words.js';

function read(...flags: string[]) {
  const command = withCadenceFlags(
    new Command().exitOverride().configureOutput({ writeErr: () => undefined }),
  );
  return readCadenceFlags(command.parse(flags, { from: 'user' }).opts<CadenceFlags>());
}

describe('how far apart checkpoints are', () => {
  it('goes by time where nothing is said', () => {
    expect(read()).toBe('auto');
  });

  it('is a number of items, or auto', () => {
    expect(read('--checkpoint-every', '7')).toBe(7);
    expect(read('--checkpoint-every', 'auto')).toBe('auto');
    expect(() => read('--checkpoint-every', 'often')).toThrow(
      'Expected a whole number from 1 to 1000000000, or auto.',
    );
  });

  it('is held between the bounds that are given, in milliseconds and percent', () => {
    expect(read('--redo-ms', '300')).toEqual({ redoMs: 300 });
    expect(read('--max-overhead', '0.5', '--checkpoint-every', 'auto')).toEqual({ overhead: 0.005 });
    expect(() => read('--max-overhead', '0')).toThrow('Expected a number above 0, to 100.');
  });

  it('has no bounds by time where it goes by number', () => {
    expect(() => read('--checkpoint-every', '7', '--redo-ms', '300')).toThrow('goes by number');
  });
});

describe('the cadence in force', () => {
  const orders = { job: 'process-orders' };

  it('is said in items, time and cost', () => {
    const cadence = { everyMs: 900, items: 480, itemMs: 1.875, checkpointMs: 12, overhead: 0.0133 };

    expect(describeCadenceNow(orders, cadence)).toBe(
      'every 480 orders now, about 0.9 s; a checkpoint costs 12 ms, 1.3 %',
    );
  });

  it('says what is not measured yet', () => {
    const cadence = { everyMs: 100, items: null, itemMs: null, checkpointMs: null, overhead: null };

    expect(describeCadenceNow(orders, cadence)).toBe(
      'every 0.1 s now; what a checkpoint costs is not measured yet',
    );
  });
});
