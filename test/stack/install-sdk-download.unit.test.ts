import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { asCaller } from '../../src/stack/caller.js';
import { findProgram, locateProgram, type ProgramSource } from '../../src/stack/downloads/locate-program.js';
import { temporalCli } from '../../src/stack/downloads/programs.js';
import { type Environment, readEnvironment } from '../../src/stack/environment.js';
import { aTemporaryFolder } from './a-temporary-folder.js';

const archiveUrl = 'https://temporal.download/assets/temporal.tar.gz';

/** temporal.download, with one archive; `asked` holds what it was asked for. */
async function aDownloadService(answerArchive: (archive: Buffer) => Response | Promise<Response>) {
  const folder = await aTemporaryFolder();
  await writeFile(join(folder, 'temporal'), 'the program');
  await execa('tar', ['-czf', 'archive', 'temporal'], { cwd: folder });
  const archive = await readFile(join(folder, 'archive'));
  const asked: URL[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(new URL(url));
    if (url === archiveUrl) return answerArchive(archive);
    return Response.json({ archiveUrl, fileToExtract: 'temporal' });
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  return { asked };
}

/** A machine without the program, and without pip. */
async function aMachine(): Promise<{ environment: Environment; cli: ProgramSource }> {
  const environment = readEnvironment({ PATH: '/no/such', LEFTOFF_CACHE: await aTemporaryFolder() });
  return { environment, cli: { ...temporalCli(environment), wheels: {} } };
}

describe('a program from temporal.download', () => {
  it('is the pinned version, in a folder of that name', async () => {
    const { asked } = await aDownloadService((archive) => new Response(archive));
    const { environment, cli } = await aMachine();

    const { path } = await locateProgram(environment, cli, asCaller({}));

    expect(asked[0]?.pathname).toBe('/cli/v1.9.1');
    expect(path).toBe(join(environment.cache, 'cli-v1.9.1', 'cli'));
    expect(await readFile(path, 'utf8')).toBe('the program');
  });

  it('of another version, fetched before, does not hide the pinned one', async () => {
    const { environment, cli } = await aMachine();
    for (const folder of ['cli-of-sdk', 'cli-v1.8.0']) {
      await mkdir(join(environment.cache, folder));
      await writeFile(join(environment.cache, folder, 'cli'), '', { mode: 0o755 });
    }

    expect(await findProgram(environment, cli)).not.toHaveProperty('path');
  });

  it('that is called off half-way leaves nothing, and no other way is tried', async () => {
    const caller = new AbortController();
    const reason = new Error('Ctrl+C');
    await aDownloadService((archive) => {
      const half = new ReadableStream<Uint8Array>({
        start: (body) => {
          body.enqueue(archive.subarray(0, archive.length / 2));
          caller.signal.addEventListener('abort', () => body.error(reason));
          setImmediate(() => caller.abort(reason));
        },
      });
      return new Response(half);
    });
    const { environment, cli } = await aMachine();

    const called = locateProgram(environment, cli, asCaller({ signal: caller.signal }));

    await expect(called).rejects.toBe(reason);
    expect(await readdir(environment.cache)).toEqual([]);
  });
});
