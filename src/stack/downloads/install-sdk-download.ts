/**
 * Downloads a program from where the Temporal SDK gets its own (temporal.download), for machines that can reach it.
 *
 * K1  Asked with a short limit: behind many firewalls it can't be reached, and pip's turn must come soon.
 * K2  Its transfer is guarded by HTTPS, as in the SDK: the service publishes no hashes.
 * K3  The version is the pinned one, asked for as the SDK's core asks for a fixed one (sdk-core, ephemeral_server/mod.rs): the CLI's
 *     are tags of temporalio/cli, the test server's those of temporalio/sdk-java, with which it is released.
 * K4  Called off, the transfer ends and nothing of it stays.
 */
import { createWriteStream } from 'node:fs';
import { chmod, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { z } from 'zod';
import type { Caller } from '../caller.js';
import { installIntoCache } from './install-into-cache.js';

const answerLimitMs = 4_000;
const transferLimitMs = 300_000;
const progressEveryMs = 1_000;

const downloadInfo = z.object({ archiveUrl: z.url({ protocol: /^https$/ }), fileToExtract: z.string() });

/** What the service has, by its own names. */
export interface SdkDownload {
  readonly artifact: 'cli' | 'temporal-test-server';
  /** A release's tag, `v` included. */
  readonly version: string;
}

/** Installs the program as `goal`/`artifact`; rejects with one line that says why not. */
export async function installSdkDownload(
  { artifact, version }: SdkDownload,
  goal: string,
  caller: Caller,
): Promise<void> {
  const info = await askWhere({ artifact, version }, caller.signal);
  await installIntoCache(goal, async (partial) => {
    const archive = join(partial, 'archive');
    await transfer(info.archiveUrl, archive, artifact, caller);
    await execa('tar', ['-xf', archive, '-C', partial, info.fileToExtract], {
      timeout: 60_000,
      cancelSignal: caller.signal,
    });
    await rm(archive);
    if (info.fileToExtract !== artifact)
      await rename(join(partial, info.fileToExtract), join(partial, artifact));
    await chmod(join(partial, artifact), 0o755);
  });
}

async function askWhere(
  { artifact, version }: SdkDownload,
  signal: AbortSignal,
): Promise<z.infer<typeof downloadInfo>> {
  const query = new URLSearchParams({
    arch: process.arch === 'x64' ? 'amd64' : process.arch,
    platform: process.platform,
    format: 'tar.gz',
  });
  try {
    const answer = await fetch(`https://temporal.download/${artifact}/${version}?${query}`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerLimitMs)]),
    });
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    return downloadInfo.parse(await answer.json());
  } catch (error) {
    throw new Error(`temporal.download cannot be reached (${rootMessage(error)})`, { cause: error });
  }
}

async function transfer(
  url: string,
  to: string,
  artifact: string,
  { onProgress, signal }: Caller,
): Promise<void> {
  const answer = await fetch(url, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(transferLimitMs)]),
  });
  if (!answer.ok || !answer.body) throw new Error(`${url} answered ${answer.status}`);
  const total = Number(answer.headers.get('content-length') ?? 0);
  let received = 0;
  let told = 0;
  await pipeline(
    Readable.from(answer.body),
    async function* count(chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        received += chunk.byteLength;
        if (Date.now() - told > progressEveryMs) {
          told = Date.now();
          const of = total > 0 ? ` of ${Math.round(total / 1_000_000)}` : '';
          onProgress(
            `downloading ${artifact} from temporal.download: ${Math.round(received / 1_000_000)}${of} MB`,
          );
        }
        yield chunk;
      }
    },
    createWriteStream(to),
  );
}

/** `fetch failed` says nothing; its cause does. */
function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${answerLimitMs / 1000} s`;
  return error.cause instanceof Error ? rootMessage(error.cause) : error.message;
}
