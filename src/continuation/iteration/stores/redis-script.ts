/**
 * What Redis runs for us: one script on one key, so that it works on a cluster, and compares and sets in one go.
 *
 * A run's checkpoints are one hash, of its Workflow Id: read at once, without a search over the keys, and expiring together.
 * A field is `["chain","name"]`; its value is a line of facts and, below it, the checkpoint's JSON as it came. Redis' own
 * JSON library would round its numbers.
 */
import { createHash } from 'node:crypto';
import type { CheckpointKey, Epoch } from './checkpoint-store.js';

/** What the store uses of a client: ioredis' `Redis` or `Cluster`, of any version since 5; the server from Redis 5 on. */
export interface RedisClient {
  evalsha(sha1: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>;
  eval(script: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>;
  hgetall(key: string): Promise<Record<string, string>>;
  hkeys(key: string): Promise<string[]>;
  hdel(key: string, ...fields: string[]): Promise<number>;
}

/**
 * `retire` removes what has ended, unless a later epoch took it up. `claim` takes over under a higher epoch and answers what is kept; `keep` keeps a checkpoint of the owner's, or of a
 * higher epoch that didn't get to claim. An owner is known by its token: the same command, sent again by a client that
 * lost the answer, is no other owner.
 *
 * A lower sequence is passed over within what the owner knows of: what it has kept itself, and what its claim was
 * answered with (`knows`). A checkpoint that it has never seen is of another line, and it went on without that.
 *
 * The server's clock only decides when what nobody uses any more expires: the key as a whole, and with each claim what
 * other runs under the same Workflow Id left in it.
 */
const script = `-- Leftoff: one checkpoint, compared and set
local field, generation, attempt, token = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local ttl = tonumber(ARGV[6])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local function facts(value)
  local g, a, s, owner, own, at = string.match(value, '^(%d+) (%d+) (%-?%d+) (%S+) (%d) (%d+)\\n')
  return tonumber(g), tonumber(a), tonumber(s), owner, own == '1', tonumber(at)
end
local function set(sequence, own, json)
  local line = string.format('%.0f %.0f %s %s %s %.0f', generation, attempt, sequence, token, own, now)
  redis.call('HSET', KEYS[1], field, line .. '\\n' .. json)
  redis.call('PEXPIRE', KEYS[1], ttl)
end

if ARGV[1] == 'claim' then
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    local _, _, _, _, _, at = facts(all[i + 1])
    if at == nil or at + ttl < now then redis.call('HDEL', KEYS[1], all[i]) end
  end
end

local stored = redis.call('HGET', KEYS[1], field)
local sequence, mine, own, json = -1, false, false, ''
if stored then
  local g, a, s, owner, kept = facts(stored)
  if g > generation or (g == generation and (a > attempt or (a == attempt and owner ~= token))) then
    return {'refused', string.format('%.0f', g), string.format('%.0f', a)}
  end
  mine = g == generation and a == attempt
  sequence, own, json = s, mine and kept, string.sub(stored, string.find(stored, '\\n', 1, true) + 1)
end

if ARGV[1] == 'retire' then
  redis.call('HDEL', KEYS[1], field)
  return {'retired'}
end
if ARGV[1] == 'claim' then
  set(string.format('%.0f', sequence), own and '1' or '0', json)
  return {'claimed', json}
end
local knows = own or (mine and ARGV[9] == 'knows')
if knows and tonumber(ARGV[7]) < sequence then
  redis.call('PEXPIRE', KEYS[1], ttl)
  return {'older'}
end
set(ARGV[7], '1', ARGV[8])
return {'kept'}
`;

const sha1 = createHash('sha1').update(script).digest('hex');

export interface Owner {
  readonly redisKey: string;
  readonly key: CheckpointKey;
  readonly epoch: Epoch;
  readonly token: string;
  readonly ttlMs: number;
}

export type Claim =
  /** The JSON of what is kept, '' for nothing. */
  | { readonly kind: 'claimed'; readonly json: string }
  /** A higher epoch was here. */
  | { readonly kind: 'refused'; readonly owner: Epoch };

/** Takes over. */
export async function claimCheckpoint(client: RedisClient, owner: Owner): Promise<Claim> {
  const [verdict, json = '', attempt] = await runScript(client, owner, 'claim');
  if (verdict !== 'refused') return { kind: 'claimed', json };
  return { kind: 'refused', owner: { generation: Number(json), attempt: Number(attempt) } };
}

/** Removes a checkpoint whose work has ended; a later epoch's stays. */
export async function retireCheckpoint(client: RedisClient, owner: Owner): Promise<void> {
  await runScript(client, owner, 'retire');
}

/** Keeps a checkpoint, unless it is older than what the owner knows of. */
export async function keepCheckpoint(
  client: RedisClient,
  owner: Owner,
  kept: { readonly sequence: number; readonly json: string; readonly claimWasAnswered: boolean },
): Promise<'kept' | 'refused'> {
  const more = [String(kept.sequence), kept.json, kept.claimWasAnswered ? 'knows' : 'does not'];
  const [verdict] = await runScript(client, owner, 'keep', ...more);
  return verdict === 'refused' ? 'refused' : 'kept';
}

async function runScript(
  client: RedisClient,
  { redisKey, key, epoch, token, ttlMs }: Owner,
  ...[what, ...more]: string[]
): Promise<string[]> {
  const given = [
    redisKey,
    ...[what ?? '', checkpointField(key), String(epoch.generation), String(epoch.attempt), token],
    ...[String(ttlMs), ...more],
  ];
  const answer = await client.evalsha(sha1, 1, ...given).catch((error: unknown) => {
    // Not known to this server yet, or any more: after its start, a failover, SCRIPT FLUSH.
    if (error instanceof Error && error.message.startsWith('NOSCRIPT'))
      return client.eval(script, 1, ...given);
    throw error;
  });
  if (!Array.isArray(answer)) throw new Error(`Redis answered ${JSON.stringify(answer)} to our script.`);
  return answer.map(String);
}

/** The field of a checkpoint in its run's hash. */
export function checkpointField({ chain, name }: Pick<CheckpointKey, 'chain' | 'name'>): string {
  return JSON.stringify([chain, name]);
}

/** What the fields of one chain begin with. */
export function chainOfField(chain: string): string {
  return `[${JSON.stringify(chain)},`;
}

/** The inverse of what the script keeps; null for a claim under which nothing was kept yet. */
export function readField(
  workflowId: string,
  field: string,
  value: string,
): { key: CheckpointKey; epoch: Epoch; checkpoint: unknown; at: Date } | null {
  const end = value.indexOf('\n');
  const json = value.slice(end + 1);
  const [generation, attempt, , , , at] = value.slice(0, end).split(' ').map(Number);
  const names: unknown = JSON.parse(field);
  if (json === '' || !Array.isArray(names) || at === undefined) return null;
  return {
    key: { workflowId, chain: String(names[0]), name: String(names[1]) },
    epoch: { generation: generation ?? 0, attempt: attempt ?? 0 },
    checkpoint: JSON.parse(json),
    at: new Date(at),
  };
}
