import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  identifyProcess,
  identifyPrograms,
  isSameProcess,
  matches,
  type ProcessIdentity,
  parseProcesses,
} from '../../src/stack/processes/process-identity.js';
import { aTemporaryFolder } from './a-temporary-folder.js';

const recorded: ProcessIdentity = {
  pid: 4711,
  startedAt: '2026-11-23T17:45:41.000Z',
  command: '/bin/temporal server start-dev',
};

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The pid of a process that waits, with these words on its command line. */
async function aProcessWith(words: string): Promise<number> {
  const child = spawn('sh', ['-c', 'read forever', words], { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child.pid ?? 0;
}

describe('the identity of a process', () => {
  it('is pid, start time and command line', () => {
    const listed = ' 4711 Ssl Mon Nov 23 17:45:41 2026 /bin/temporal server start-dev\n';

    expect(parseProcesses(listed).get(4711)).toEqual(recorded);
  });

  it('is not that of a zombie, whatever its pid says', () => {
    expect(parseProcesses('4711 Z Mon Nov 23 17:45:41 2026 [temporal] <defunct>\n').size).toBe(0);
  });

  it('differs when a pid was reused: another start, or another command line', () => {
    expect(matches(recorded, { ...recorded, startedAt: '2026-11-23T17:46:41.000Z' })).toBe(false);
    expect(matches(recorded, { ...recorded, command: 'sleep 300' })).toBe(false);
    expect(matches(recorded, null)).toBe(false);
  });

  it('survives a clock that was put right by a second', () => {
    expect(matches(recorded, { ...recorded, startedAt: '2026-11-23T17:45:42.000Z' })).toBe(true);
  });

  it('holds for a process that runs, and for none that does not', async () => {
    const self = await identifyProcess(process.pid);

    expect(self && (await isSameProcess(self))).toBe(true);
    expect(await identifyProcess(2 ** 22 + 1)).toBeNull();
  });

  it.each(['LANG', 'LC_ALL', 'LC_MONETARY', 'LC_MESSAGES'])(
    'is whole, and the same for every caller, where %s names a locale that is not installed',
    async (variable) => {
      const pid = await aProcessWith('Büro');
      const usual = await identifyProcess(pid);
      vi.stubEnv(variable, 'xx_XX.UTF-8');

      const found = await identifyProcess(pid);

      expect(found?.command).toContain('Büro');
      expect(found).toEqual(usual);
    },
  );
});

/** A `ps` that cuts a line at 79 columns unless it is asked for all of it, as macOS' does. */
async function aNarrowPs(line: string): Promise<void> {
  const folder = await aTemporaryFolder();
  const script = `case " $* " in *" -ww "*) echo '${line}' ;; *) echo '${line.slice(0, 79)}' ;; esac`;
  await writeFile(join(folder, 'ps'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
}

describe('the program of a process', () => {
  it('is the name of its file, however long the path of that is', async () => {
    const folder = `/Users/somebody/${'a-folder-with-a-long-name/'.repeat(4)}`;
    await aNarrowPs(` 4711 ${folder}redis-server`);

    expect(await identifyPrograms([4711])).toEqual(new Map([[4711, 'redis-server']]));
  });
});
