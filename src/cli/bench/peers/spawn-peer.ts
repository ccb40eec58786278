/**
 * Starts an engine's worker in a process of its own, and ends it: with the measurement at the latest, however that ends.
 *
 * It is known by its handle alone: as long as its end isn't known, its pid is nobody else's.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OwnStack } from '../on-own-stack.js';
import type { Engine } from './peer-lanes.js';
import { type FromPeer, fromPeerSchema, type OpenPeer, type ToPeer } from './peer-messages.js';

export interface SpawnedPeer {
  /** Opened: it takes up what is on its queue. */
  readonly ready: Promise<void>;
  /** Starts a run. @returns once it is done, with how often its progress was made durable */
  readonly run: (runId: string) => Promise<{ readonly checkpoints: number }>;
  /** @returns once nothing is left of a run, whichever worker started it */
  readonly over: (runId: string) => Promise<void>;
  /** At the order that it was to hold at. */
  readonly held: Promise<void>;
  /** @returns when the signal was sent, in milliseconds since the epoch */
  readonly killHard: () => number;
  /** Asks it to stop, and waits until it has; one that doesn't is ended. */
  readonly end: () => Promise<void>;
}

export type PeerToSpawn = Omit<OpenPeer, 'kind' | 'databaseUrl' | 'redisUrl'> & { readonly engine: Engine };

const entries: Readonly<Record<Engine, string>> = {
  bullmq: './bullmq-worker.js',
  dbos: './dbos-worker.js',
};

const endLimitMs = 10_000;

/** What it needs of the measurement's stack. */
type StackOfPeer = Pick<OwnStack, 'home' | 'signal' | 'beforeTheEnd'> & {
  readonly addresses: Pick<OwnStack['addresses'], 'postgres' | 'redis'>;
};

export async function spawnPeer(
  stack: StackOfPeer,
  { engine, ...options }: PeerToSpawn,
): Promise<SpawnedPeer> {
  const { addresses, home, signal } = stack;
  const logPath = join(home, `${engine}.log`);
  const log = await open(logPath, 'a', 0o600);
  const { size } = await log.stat();
  signal.throwIfAborted();
  // In a session of its own: Ctrl+C is for the measurement, which ends it.
  const child = fork(fileURLToPath(new URL(entries[engine], import.meta.url)), {
    detached: true,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  const exited = once(child, 'exit').then(() => undefined);
  const end = () => endChild(child, exited);
  stack.beforeTheEnd(end);
  await log.close();

  const failed = new Promise<never>((_, reject) => {
    child.on('message', (raw) => {
      const message = fromPeerSchema.parse(raw);
      if (message.kind === 'failed') reject(new Error(`${engine}'s worker failed: ${message.words}`));
    });
    child.on('error', reject);
    void exited.then(async () => {
      const words = (await readFile(logPath)).subarray(size).toString('utf8').trim();
      reject(new Error(`${engine}'s worker ended: ${words}`));
    }, reject);
  });
  // Whoever waits for nothing more of it must not be ended by its end.
  failed.catch(() => undefined);
  const hear = <K extends FromPeer['kind']>(kind: K): Promise<Extract<FromPeer, { kind: K }>> => {
    const heard = Promise.race([failed, nextOf(child, kind)]);
    heard.catch(() => undefined);
    return heard;
  };
  const tell = (message: ToPeer): void => void child.send(message);

  const ready = hear('ready').then(() => undefined);
  const held = hear('held').then(() => undefined);
  for (const each of [ready, held]) each.catch(() => undefined);
  tell({
    kind: 'open',
    databaseUrl: addresses.postgres.url,
    redisUrl: addresses.redis?.url ?? null,
    ...options,
  });
  return {
    ...{ ready, held, end },
    run: (runId) => {
      const done = hear('done');
      tell({ kind: 'start', runId });
      return done;
    },
    over: async (runId) => {
      const over = hear('over');
      tell({ kind: 'await', runId });
      await over;
    },
    killHard: () => {
      const sentAtMs = Date.now();
      child.kill('SIGKILL');
      return sentAtMs;
    },
  };
}

function nextOf<K extends FromPeer['kind']>(
  child: ChildProcess,
  kind: K,
): Promise<Extract<FromPeer, { kind: K }>> {
  return new Promise((resolve) => {
    const look = (raw: unknown): void => {
      const message = fromPeerSchema.parse(raw);
      if (!isOf(message, kind)) return;
      child.off('message', look);
      resolve(message);
    };
    child.on('message', look);
  });
}

function isOf<K extends FromPeer['kind']>(
  message: FromPeer,
  kind: K,
): message is Extract<FromPeer, { kind: K }> {
  return message.kind === kind;
}

async function endChild(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), endLimitMs);
  await exited;
  clearTimeout(timer);
}
