/** Where it was measured: the machine, what runs on it, and of which commit. */
import { cpus, totalmem } from 'node:os';
import { execa } from 'execa';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { projectRoot } from '../../stack/environment.js';
import { installedSdk } from '../../worker/sdk-versions.js';
import type { Measurement } from './measurement.js';
import type { OwnStack } from './on-own-stack.js';

const bytesPerGb = 1024 ** 3;

export function describeMachine(): Measurement['machine'] {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGb: Math.round(totalmem() / bytesPerGb),
    platform: `${process.platform} ${process.arch}`,
  };
}

export async function readVersions({
  client,
  pool,
  addresses,
}: Pick<OwnStack, 'client' | 'pool' | 'addresses'>): Promise<Measurement['versions']> {
  const [{ serverVersion }, { rows }, redis] = await Promise.all([
    client.workflowService.getSystemInfo({}),
    pool.query<{ server_version: string }>('SHOW server_version'),
    addresses.redis === null ? null : readRedisVersion(addresses.redis.url),
  ]);
  return {
    'Node.js': process.version,
    'Temporal SDK': /[\d.]+\d/.exec(installedSdk())?.[0] ?? 'unknown',
    'Temporal server': serverVersion,
    PostgreSQL: z.string().parse(rows[0]?.server_version).replace(/ .*/, ''),
    ...(redis === null ? {} : { Redis: redis }),
  };
}

async function readRedisVersion(url: string): Promise<string> {
  const redis = new Redis(url);
  try {
    return /^redis_version:(\S+)/m.exec(await redis.info('server'))?.[1] ?? 'unknown';
  } finally {
    redis.disconnect();
  }
}

/** Null where this is no checkout; marked where files differ from the commit. */
export async function readCommit(): Promise<string | null> {
  const git = (...args: string[]) => execa('git', args, { cwd: projectRoot(), reject: false });
  const [commit, changes] = await Promise.all([
    git('rev-parse', '--short=10', 'HEAD'),
    git('status', '--porcelain', '--untracked-files=no', '--', '.', ':!docs'),
  ]);
  if (commit.exitCode !== 0) return null;
  return `${commit.stdout}${changes.stdout === '' ? '' : ', changed'}`;
}
