/** An iteration whose effects commit with its cursor, after what its database and its process went through. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import type { Checkpoint, IterationOutcome } from '../../../src/continuation/checkpoint.js';
import {
  type IterationInput,
  iteration,
  type Transaction,
} from '../../../src/continuation/iteration/index.js';
import { throughJson } from '../some-checkpoints.js';
import { aFence } from './a-fence.js';
import { items, numberedWork } from './numbered-work.js';

const everyItemOnce = Array.from({ length: items }, (_, item) => `charge ${item}`);

/** An iteration over the items 0 to 9, each with an effect in its fence. */
function aFencedIteration() {
  const { store, ledger } = aFence();
  const warnings: string[] = [];
  const logger = new DefaultLogger('WARN', ({ message }: LogEntry) => warnings.push(message));
  const activity = iteration<object, number, number, null, Transaction>({
    buildEnumerator: () => numberedWork().numbers,
    eachIteration: async (item, _args, { transaction }) => {
      await transaction.query(`charge ${item}`);
      if (item === stopAt) environment?.cancel('WORKER_SHUTDOWN');
    },
    store,
  });
  let environment: MockActivityEnvironment | null = null;
  let stopAt: number | null = null;
  const attempt = (info: { attempt: number; heartbeatDetails?: unknown }, at: number | null = null) => {
    environment = new MockActivityEnvironment(info, { logger });
    stopAt = at;
    return environment.run<[IterationInput<object>], IterationOutcome<number>, typeof activity>(activity, {
      args: {},
      from: null,
    });
  };
  return { attempt, ledger, warnings };
}

const further = (checkpoint: Checkpoint, items: number): Checkpoint => ({
  ...checkpoint,
  cursor: Number(checkpoint.cursor) + items,
  sequence: checkpoint.sequence + items,
});

describe('a fenced iteration', () => {
  it('does again what its database has lost, whatever the heartbeat says of it, and tells', async () => {
    const { attempt, ledger, warnings } = aFencedIteration();
    const { checkpoint } = await attempt({ attempt: 1 }, 4);
    // Three more items were committed and told by heartbeat; then the database lost its last commits.
    const heartbeatDetails = throughJson(further(checkpoint, 3));

    const end = await attempt({ attempt: 2, heartbeatDetails });

    expect(end).toMatchObject({ kind: 'completed', checkpoint: { counts: { processed: items } } });
    expect(ledger).toEqual(everyItemOnce);
    expect(warnings).toContainEqual(expect.stringContaining('its database has lost commits'));
  });

  it('goes on where its store is, with nothing done twice, where the heartbeat was lost', async () => {
    const { attempt, ledger } = aFencedIteration();
    await attempt({ attempt: 1 }, 4);

    await attempt({ attempt: 2 });

    expect(ledger).toEqual(everyItemOnce);
  });
});
