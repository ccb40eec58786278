/** Nothing of before, or of this play, is to go on: open runs, armed faults. */
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { disarmAllFaults } from '../../worker/fault-points.js';
import { endOpenRuns, listOpenRuns } from '../end-open-runs.js';
import type { Player } from './player.js';

/** Ends open runs where Temporal answers; where it doesn't, the play must end all the same. */
const endingLimitMs = 5_000;

export interface RunsToClear {
  readonly client: Client;
  readonly pool: Pool;
  readonly home: string;
  readonly player: Player;
}

/** @returns the ids of those that were open */
export async function clearRuns({ client, pool, home, player }: RunsToClear): Promise<string[]> {
  await disarmAllFaults(home);
  const how = { kind: 'terminate', reason: `leftoff ${player.noun}` } as const;
  return client.withDeadline(Date.now() + endingLimitMs, async () => {
    const runs = await listOpenRuns(client);
    await endOpenRuns({ client, pool, home, runs, how });
    return runs.map(({ workflowId }) => workflowId);
  });
}
