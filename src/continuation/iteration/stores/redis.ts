/**
 * The redis store: checkpoints in Redis, which the Rails original used. Best effort: its outage costs revisits, never a run.
 *
 * R1  Durable every `every` items, awaited: a worker that is killed meets at most that many items again. With a cadence by time,
 *     at most its interval's work and the item in hand.
 * R2  An outage (away, frozen, full, read-only, refusing) never throws and never hangs, whatever the client's own settings
 *     for retries are: the run goes on with what the heartbeat keeps.
 * R3  An outage is told once, and its end once. Within it an item costs nothing: Redis is tried in the background. A Redis
 *     that answers, but later than an item may wait, is an outage too, in which it still gets the newest checkpoint.
 * R4  The newer checkpoint wins, by epoch and then by sequence, in one script: a zombie is refused (FenceLostError).
 * R5  What nobody clears expires after `ttlMs`.
 *
 * @see job-iteration, whose cursor lives in Sidekiq's or Resque's job in Redis
 */
import { randomUUID } from 'node:crypto';
import { type CheckpointStore, FenceLostError, StoreOutageError } from './checkpoint-store.js';
import {
  type Claim,
  chainOfField,
  checkpointField,
  claimCheckpoint,
  type Owner,
  type RedisClient,
  readField,
  retireCheckpoint,
} from './redis-script.js';
import { RedisSession } from './redis-session.js';
import { withinLimit } from './within-limit.js';

export interface RedisStoreOptions {
  /** An ioredis `Redis` or `Cluster`. It stays yours: its `error` events, and its end. */
  readonly client: RedisClient;
  /** What the keys begin with; default `leftoff:checkpoints:`. */
  readonly keyPrefix?: string;
  /** Milliseconds after its last use that a run's key expires; default 7 days. */
  readonly ttlMs?: number;
  /** The longest that an item waits for Redis, in milliseconds; default 500. */
  readonly answerMs?: number;
  /** How long to leave Redis alone in an outage before it is tried again, in milliseconds; default 1,000. */
  readonly retryMs?: number;
}

const defaultTtlMs = 7 * 24 * 60 * 60 * 1_000;

/** Checkpoints in Redis; its client needs a listener for `error` of yours. `open` and a session throw nothing but FenceLostError. */
export function redisStore(options: RedisStoreOptions): CheckpointStore<null> {
  const { client, keyPrefix = 'leftoff:checkpoints:', ttlMs = defaultTtlMs } = options;
  const { answerMs = 500, retryMs = 1_000 } = options;
  const answered = <T>(answer: Promise<T>): Promise<T> =>
    withinLimit(answer, answerMs, () => new Error(`Redis said nothing for ${answerMs} ms.`));
  const keyOf = (workflowId: string): string => `${keyPrefix}${workflowId}`;
  return {
    name: 'redis',
    open: async ({ key, epoch, every, cadence, warn, hears }) => {
      const owner: Owner = { redisKey: keyOf(key.workflowId), key, epoch, token: randomUUID(), ttlMs };
      const claim = claimCheckpoint(client, owner);
      const session = (stored: unknown, claimFailed: unknown): RedisSession =>
        new RedisSession({
          ...{ client, owner, every, warn, answered, answerMs, retryMs, stored },
          ...(hears === undefined ? {} : { hears }),
          ...(cadence === undefined ? {} : { cadence }),
          unanswered: claimFailed === null ? null : { claim, error: claimFailed },
        });
      let claimed: Claim;
      try {
        claimed = await answered(claim);
      } catch (error) {
        return session(null, error);
      }
      if (claimed.kind === 'refused') throw new FenceLostError(key, epoch, claimed.owner);
      return session(
        parseOrNothing(claimed.json, (facts) => warn(unreadable, { ...key, ...facts })),
        null,
      );
    },
    read: async (workflowId) => {
      const fields = await answered(client.hgetall(keyOf(workflowId))).catch((error: unknown) => {
        throw new StoreOutageError(`The checkpoints of ${workflowId} can't be read from Redis.`, {
          cause: error,
        });
      });
      return Object.entries(fields).flatMap(([field, value]) => readField(workflowId, field, value) ?? []);
    },
    retire: async (key, epoch) => {
      const owner: Owner = { redisKey: keyOf(key.workflowId), key, epoch, token: randomUUID(), ttlMs };
      // R2, as below.
      await answered(retireCheckpoint(client, owner)).catch(() => undefined);
    },
    clear: async ({ workflowId, chain, name }) => {
      const key = keyOf(workflowId);
      const remove = async (): Promise<void> => {
        const fields =
          name === undefined
            ? (await client.hkeys(key)).filter((field) => field.startsWith(chainOfField(chain)))
            : [checkpointField({ chain, name })];
        if (fields.length > 0) await client.hdel(key, ...fields);
      };
      // R2: what can't be removed now expires by itself.
      await answered(remove()).catch(() => undefined);
    },
  };
}

const unreadable =
  'What Redis keeps is no JSON and counts for nothing: the run goes on from history or the heartbeat';

/** R2: what somebody else wrote there must not stop a run. */
function parseOrNothing(json: string, warn: (facts: { readonly error: string }) => void): unknown {
  if (json === '') return null;
  try {
    return JSON.parse(json);
  } catch (error) {
    warn({ error: error instanceof Error ? error.message : String(error) });
    return null;
  }
}
