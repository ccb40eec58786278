/**
 * Downloads a program from where the Temporal SDK gets its own (temporal.download), for machines that can reach it.
 *
 * K1  Asked with a short limit: behind many firewalls it can't be reached, and pip's turn must come soon.
 * K2  Its transfer is guarded by HTTPS, as in the SDK: the service publishes no hashes.
 */
import { createWriteStream } from 'node:fs';
import { chmod, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { z } from 'zod';
import type { ProgressListener } from '../addresses.js';
import { installIntoCache } from './install-into-cache.js';

const answerLimitMs = 4_000;
const transferLimitMs = 300_000;
const progressEveryMs = 1_000;

const downloadInfo = z.object({ archiveUrl: z.url({ protocol: /^https$/ }), fileToExtract: z.string() });

/** Installs `artifact` (`cli` or `temporal-test-server`) as `goal`/`program`; rejects with one line that says why not. */
export async function installSdkDownload(
  artifact: 'cli' | 'temporal-test-server',
  goal: string,
  program: string,
  onProgress: ProgressListener,
): Promise<void> {
  const info = await askWhere(artifact);
  await installIntoCache(goal, async (partial) => {
    const archive = join(partial, 'archive');
    await transfer(info.archiveUrl, archive, artifact, onProgress);
    await execa('tar', ['-xf', archive, '-C', partial, info.fileToExtract], { timeout: 60_000 });
    await rm(archive);
    if (info.fileToExtract !== program)
      await rename(join(partial, info.fileToExtract), join(partial, program));
    await chmod(join(partial, program), 0o755);
  });
}

async function askWhere(artifact: string): Promise<z.infer<typeof downloadInfo>> {
  const query = new URLSearchParams({
    arch: process.arch === 'x64' ? 'amd64' : process.arch,
    platform: process.platform,
    format: 'tar.gz',
    'sdk-name': 'sdk-typescript',
    'sdk-version': await sdkVersion(),
  });
  try {
    const answer = await fetch(`https://temporal.download/${artifact}/default?${query}`, {
      signal: AbortSignal.timeout(answerLimitMs),
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
  onProgress: ProgressListener,
): Promise<void> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(transferLimitMs) });
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

/** The service chooses the server that goes with the SDK. */
async function sdkVersion(): Promise<string> {
  const path = createRequire(import.meta.url).resolve('@temporalio/common/package.json');
  return z.object({ version: z.string() }).parse(JSON.parse(await readFile(path, 'utf8'))).version;
}

/** `fetch failed` says nothing; its cause does. */
function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${answerLimitMs / 1000} s`;
  return error.cause instanceof Error ? rootMessage(error.cause) : error.message;
}
