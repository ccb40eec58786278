import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withLock } from '../../src/stack/processes/with-lock.js';
import { aTemporaryFolder } from './a-temporary-folder.js';

const quiet = () => undefined;
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
});
