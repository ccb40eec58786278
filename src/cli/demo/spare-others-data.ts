/** A demo, and a comparison, replaces the orders and ends open runs: on servers that the environment names, only where it was told to. */
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { readSnapshot } from '../../orders/read-snapshot.js';
import type { StackAddresses } from '../../stack/addresses.js';
import { UserError } from '../../user-error.js';
import { listOpenRuns } from '../end-open-runs.js';
import { counted } from '../run-summary.js';
import type { Player } from './player.js';

interface OthersData {
  readonly pool: Pool;
  readonly client: Client;
  readonly player: Player;
}

/** @throws UserError where there is something to lose that is not this checkout's own */
export async function spareOthersData(
  { temporal, postgres }: StackAddresses,
  { pool, client, player: { noun, command } }: OthersData,
): Promise<void> {
  const { total } = postgres.source === 'environment' ? await readSnapshot(pool) : { total: 0 };
  const open = temporal.source === 'environment' ? (await listOpenRuns(client)).length : 0;
  const atStake = [
    ...(total > 0 ? [`replace the ${counted(total, 'order')} in the database that DATABASE_URL names`] : []),
    ...(open > 0 ? [`end ${counted(open, 'open run')} on the Temporal of your environment`] : []),
  ];
  if (atStake.length === 0) return;
  throw new UserError(
    `The ${noun} would ${atStake.join(', and ')}.`,
    `If that is all right: ${command} --yes. Or unset those variables, and it starts servers of its own.`,
    'usage',
  );
}
