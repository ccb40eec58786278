import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { asCaller } from '../../src/stack/caller.js';
import { withLock } from '../../src/stack/processes/with-lock.js';
import { UserError } from '../../src/user-error.js';
import { aTemporaryFolder } from './a-temporary-folder.js';

const quiet = asCaller({});
const deadHolder = JSON.stringify({
  token: 'x',
  holder: { pid: 2 ** 22 + 1, startedAt: '2026-11-23T17:45:41.000Z', command: 'node' },
});

/** Work that notes when another is at work at the same time. */
function workThatCountsTogether() {
  const seen = { atWork: 0, most: 0 };
  const work = async () => {
    seen.atWork += 1;
    seen.most = Math.max(seen.most, seen.atWork);
    await new Promise((resolve) => setImmediate(resolve));
    seen.atWork -= 1;
  };
  return { seen, work };
}

describe('the lock of a checkout', () => {
  it('lets one at a time do its work', async () => {
    const path = join(await aTemporaryFolder(), 'lock');
    const { seen, work } = workThatCountsTogether();

    await Promise.all(Array.from({ length: 5 }, () => withLock(path, quiet, work)));

    expect(seen.most).toBe(1);
  });

  it('is taken over from a holder that died, by one at a time', async () => {
    const path = join(await aTemporaryFolder(), 'lock');
    await writeFile(path, deadHolder);
    const { seen, work } = workThatCountsTogether();

    await Promise.all(Array.from({ length: 5 }, () => withLock(path, quiet, work)));

    expect(seen.most).toBe(1);
  });

  it('is taken over where its file makes no sense', async () => {
    const path = join(await aTemporaryFolder(), 'lock');
    await writeFile(path, 'not a lock');

    await expect(withLock(path, quiet, async () => 'done')).resolves.toBe('done');
  });

  it('is given back when the work fails', async () => {
    const path = join(await aTemporaryFolder(), 'lock');
    const failing = withLock(path, quiet, () => Promise.reject(new Error('no')));

    await expect(failing).rejects.toThrow('no');

    await expect(withLock(path, quiet, async () => 'done')).resolves.toBe('done');
  });

  it('that another user made is an error at once, with what to do, not a wait without end', async () => {
    const folder = await aTemporaryFolder();
    const path = join(folder, 'lock');
    await chmod(folder, 0o777);
    await writeFile(path, deadHolder);
    // Nobody can read it; root could, and so takes off its powers.
    await chmod(path, 0o000);
    asAnOrdinaryUser();

    const refused = await withLock(path, quiet, async () => 'done').catch((error: unknown) => error);

    expect(refused).toBeInstanceOf(UserError);
    expect(refused).toMatchObject({
      message: expect.stringContaining(path),
      mend: expect.stringContaining(path),
    });
  });

  it('in a folder that another user made is an error that names the folder', async () => {
    const folder = await aTemporaryFolder();
    await chmod(folder, 0o555);
    asAnOrdinaryUser();

    const refused = withLock(join(folder, 'lock'), quiet, async () => 'done');

    await expect(refused).rejects.toThrow(`${folder} can't be written to`);
  });

  it('that is no file is an error at once as well', async () => {
    const path = join(await aTemporaryFolder(), 'lock');
    await mkdir(path);

    await expect(withLock(path, quiet, async () => 'done')).rejects.toThrow('EISDIR');
  });

  it('is waited for until the caller calls it off, with the reason that the caller gives', async () => {
    const path = join(await aTemporaryFolder(), 'lock');
    const caller = new AbortController();
    const reason = new Error('Ctrl+C');
    const waiting = withLock(path, quiet, () =>
      withLock(
        path,
        asCaller({ signal: caller.signal, onProgress: () => caller.abort(reason) }),
        async () => 'done',
      ),
    );

    await expect(waiting).rejects.toBe(reason);
  });

  it('makes the folder it lies in one that others cannot look into', async () => {
    const home = join(await aTemporaryFolder(), '.leftoff');

    await withLock(join(home, 'lock'), quiet, async () => 'done');

    expect((await stat(home)).mode & 0o066).toBe(0);
  });
});

function asAnOrdinaryUser(): void {
  if (process.geteuid?.() !== 0) return;
  process.seteuid?.(65_534);
  onTestFinished(() => process.seteuid?.(0));
}
