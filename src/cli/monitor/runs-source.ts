/** Temporal as a source: connected when it is there, and again where it has moved to. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { TemporalAddress } from '../../stack/addresses.js';
import { connectTemporal } from '../../stack/connect-temporal.js';
import { heldStores } from './held-stores.js';
import type { KnownParts } from './known-parts.js';
import { runsReader } from './read-runs.js';
import type { RunsRead } from './readings.js';
import { NotRunning, type Source } from './source.js';

/** Of a whole reading, whose calls have limits of their own. */
const readingLimitMs = 60_000;

export function runsSource(parts: KnownParts): Source<RunsRead> {
  let connected: { readonly place: string; readonly client: Promise<Client> } | null = null;
  const stores = heldStores();
  const reader = runsReader(stores);
  const drop = (): void => {
    connected?.client.then((client) => client.connection.close()).catch(() => undefined);
    connected = null;
  };
  const connect = (temporal: TemporalAddress): Promise<Client> => {
    const place = `${temporal.address} ${temporal.namespace}`;
    if (connected?.place !== place) drop();
    connected ??= { place, client: connectTemporal({ temporal }) };
    const { client } = connected;
    client.catch(() => {
      if (connected?.client === client) connected = null;
    });
    return client;
  };
  return {
    name: 'Temporal',
    limitMs: readingLimitMs,
    pauseMs: (value) => (value === null || value.open > 0 ? 1_000 : 2_000),
    close: () => {
      stores.close();
      drop();
    },
    async read() {
      const known = await parts.now();
      if (known.temporal === null) {
        drop();
        throw new NotRunning('temporal');
      }
      try {
        const reading = connect(known.temporal).then((client) => reader.read(client, known));
        return await Promise.race([reading, failOnceGone(parts, known.temporal, reading)]);
      } catch (error) {
        parts.doubt();
        throw error;
      }
    },
  };
}

/** An answer that takes this long is worth a look whether the server is there at all. */
const doubtMs = 1_000;

/** The client tries a server that has ended until the deadline; the register of servers knows better, and sooner. */
async function failOnceGone(
  parts: KnownParts,
  asked: TemporalAddress,
  reading: Promise<unknown>,
): Promise<never> {
  const answered = reading.then(
    () => true,
    () => true,
  );
  if (await Promise.race([answered, delay(doubtMs, false, { ref: false })])) return unsettled();
  parts.doubt();
  const { temporal } = await parts.now();
  if (temporal?.address === asked.address) return unsettled();
  throw new NotRunning('temporal');
}

/** A new one each time: one for all would keep a note of everybody who ever waited for it. */
function unsettled(): Promise<never> {
  return new Promise(() => undefined);
}
