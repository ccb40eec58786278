/** Temporal as a source: connected when it is there, and again where it has moved to. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { TemporalAddress } from '../../stack/addresses.js';
import { connectTemporal } from '../../stack/connect-temporal.js';
import { heldStores } from './held-stores.js';
import type { KnownParts } from './known-parts.js';
import { longestReadingMs, runsReader } from './read-runs.js';
import type { RunsRead } from './readings.js';
import { NotRunning, type Source } from './source.js';

/** A call that the client means to try again ends the process, where its connection is closed by then: its deadline comes first. */
const longestCallMs = 15_000;
/** Of a whole reading with its connecting. Its own limits end it sooner: none is given up and goes on beside the next. */
const readingLimitMs = longestReadingMs + 10_000;

export function runsSource(parts: KnownParts): Source<RunsRead> {
  let connected: { readonly place: string; readonly client: Promise<Client> } | null = null;
  const stores = heldStores();
  const reader = runsReader(stores);
  /** Whether calls may be under way, though their reading has failed: others of it may be tried again still. */
  let callsLeft = false;
  const drop = (): void => {
    const leaving = connected?.client;
    connected = null;
    if (leaving === undefined) return;
    const close = (): void =>
      void leaving.then(({ connection }) => connection.close()).catch(() => undefined);
    if (callsLeft) setTimeout(close, longestCallMs).unref();
    else close();
    callsLeft = false;
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
        const client = connect(known.temporal);
        callsLeft = true;
        const reading = client.then((opened) => reader.read(opened, known));
        const value = await Promise.race([reading, failOnceGone(parts, known.temporal, reading)]);
        callsLeft = false;
        return value;
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
