import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/stack/environment.js';
import { ServerEnded } from '../../src/stack/processes/launch-server.js';
import { startFailed } from '../../src/stack/processes/start-failed.js';
import { localTemporal } from '../../src/stack/temporal/local-temporal.js';
import { aTemporaryFolder } from './a-temporary-folder.js';

const aHome = '/srv/leftoff';
const postgres = { part: 'postgres', data: `${aHome}/postgres` } as const;

/** The mend for a server that ended with these words. */
function mendFor(lastWords: string): string {
  return startFailed(postgres, aHome, new ServerEnded(lastWords, `${aHome}/logs/postgres.log`)).mend;
}

describe('a server that ended right after its start', () => {
  it('may have damaged data, which a command moves away whatever its path holds', async () => {
    const folder = await aTemporaryFolder();
    const home = join(folder, "Anna's $HOME * work");
    await mkdir(home);
    for (const file of ['temporal.db', 'temporal.db-wal', 'orders.csv'])
      await writeFile(join(home, file), '');
    const server = localTemporal(readEnvironment({ LEFTOFF_HOME: home }), {
      path: 'temporal',
      origin: 'PATH',
    });

    const { mend } = startFailed(server, home, new ServerEnded('file is not a database', 'temporal.log'));
    await promisify(execFile)('sh', ['-c', mend.slice(mend.indexOf('mkdir -p'))], { cwd: folder });

    expect(await readdir(folder)).toEqual(["Anna's $HOME * work"]);
    expect((await readdir(home)).sort()).toEqual(['damaged', 'orders.csv']);
    expect((await readdir(join(home, 'damaged'))).sort()).toEqual(['temporal.db', 'temporal.db-wal']);
  });

  it('is told with a plain path as it is', () => {
    expect(mendFor('PANIC: could not locate a valid checkpoint record')).toContain(
      `mkdir -p ${aHome}/damaged && mv ${aHome}/postgres ${aHome}/damaged`,
    );
  });

  it.each([
    'FATAL:  lock file "postmaster.pid" already exists\nHINT:  Is another postmaster (PID 4711) running?',
    'FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use',
    'unable to start server: database is locked (5) (SQLITE_BUSY)',
  ])('is not to have its data moved away where another works on it: %s', (lastWords) => {
    expect(mendFor(lastWords)).toContain('another server works on its data: end that one');
    expect(mendFor(lastWords)).not.toContain('mv ');
  });
});
