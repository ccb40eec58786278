import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canEnter } from '../../src/stack/postgres/can-enter.js';
import { aTemporaryFolder } from './a-temporary-folder.js';

const somebodyElse = { uid: 4_000_001, gid: 4_000_001 };

describe("the server's user", () => {
  it('can enter folders that are open to all, also ones that are yet to be made', async () => {
    expect(await canEnter(join(await aTemporaryFolder(), 'later', 'postgres'), somebodyElse)).toBe(true);
  });

  it("can't enter a checkout inside a home of mode 700", async () => {
    const home = join(await aTemporaryFolder(), 'root');
    await mkdir(join(home, 'checkout'), { recursive: true });
    await chmod(home, 0o700);

    expect(await canEnter(join(home, 'checkout'), somebodyElse)).toBe(false);
  });
});
