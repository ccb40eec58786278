import { readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  beginDatabase,
  databaseArguments,
  finishDatabase,
  temporalDatabase,
} from '../../src/stack/temporal/database.js';
import { aTemporaryFolder } from './a-temporary-folder.js';

const aTable = 'SQLite format 3\0 CREATE TABLE namespaces(partition_id INT)';

function quiet(): void {}

describe('Temporal’s database', () => {
  it('is named by its whole path, or, where a URI would read that otherwise, within its folder', () => {
    expect(databaseArguments('/home/ö/.leftoff')).toEqual(['--db-filename', '/home/ö/.leftoff/temporal.db']);
    for (const home of ['/50%20/.leftoff', '/#1/.leftoff', '/why?/.leftoff'])
      expect(databaseArguments(home)).toEqual([
        '--db-filename',
        'temporal.db',
        '--env-file',
        expect.stringContaining(home),
      ]);
  });

  it('whose server was never up is made anew, and that is said', async () => {
    const home = await aTemporaryFolder();
    const said: string[] = [];
    await beginDatabase(home, quiet);
    await writeFile(temporalDatabase(home), aTable);
    await writeFile(`${temporalDatabase(home)}-wal`, 'half a transaction');

    await beginDatabase(home, (message) => said.push(message));

    expect(await readdir(home)).toEqual(['temporal.db.unfinished']);
    expect(said).toEqual([expect.stringContaining(temporalDatabase(home))]);
  });

  it('whose server was up stays, whatever ended that server', async () => {
    const home = await aTemporaryFolder();
    await beginDatabase(home, quiet);
    await writeFile(temporalDatabase(home), aTable);
    await finishDatabase(home);

    await beginDatabase(home, quiet);

    expect(await readFile(temporalDatabase(home), 'utf8')).toBe(aTable);
  });

  it('that holds its tables in the write-ahead log alone stays as well', async () => {
    const home = await aTemporaryFolder();
    await writeFile(temporalDatabase(home), 'SQLite format 3\0');
    await writeFile(`${temporalDatabase(home)}-wal`, aTable);

    await beginDatabase(home, quiet);

    expect(await readFile(`${temporalDatabase(home)}-wal`, 'utf8')).toBe(aTable);
  });

  it.each(['', 'SQLite format 3\0'])('without a table (%j) is made anew', async (content) => {
    const home = await aTemporaryFolder();
    await writeFile(temporalDatabase(home), content);

    await beginDatabase(home, quiet);

    expect(await readdir(home)).toEqual(['temporal.db.unfinished']);
  });
});
