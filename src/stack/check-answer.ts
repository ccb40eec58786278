import type { ServerRecord } from './processes/server-record.js';
import { temporalUi } from './temporal/local-address.js';

/** Asks a recorded local server a real question; rejects within about a second where it doesn't answer. */
export async function checkAnswer(record: ServerRecord): Promise<void> {
  switch (record.part) {
    case 'temporal':
      return (await import('./temporal/check-temporal.js')).checkTemporal(temporalUi(record.uiPort));
    case 'postgres': {
      const answer = await (await import('./postgres/check-postgres.js')).checkPostgres(record.address);
      if (answer !== 'answers') throw new Error(answer);
      return;
    }
    case 'redis':
      return (await import('./redis/check-redis.js')).checkRedis(record.address);
  }
}
