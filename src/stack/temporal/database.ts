/**
 * The file in which the dev server keeps its runs, so that a restarted server knows them.
 *
 * M1  One whose server never was up holds no run. It may be half made, and no server would start on it: it is made anew.
 * M2  Every other one stays as it is, whatever the server says of it.
 */
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ProgressListener } from '../addresses.js';
import { exists } from '../downloads/install-into-cache.js';
import { makeHome } from '../make-home.js';

export function temporalDatabase(home: string): string {
  return join(home, 'temporal.db');
}

/**
 * The arguments that lead the dev server, in the folder `home`, to its database; they name the folder, by which we know the server again.
 * It takes the path for a URI, where these characters mean something else: there it gets the name alone, and the folder in an option
 * whose file need not be.
 */
export function databaseArguments(home: string): readonly string[] {
  return /[#?%]/.test(home)
    ? ['--db-filename', basename(temporalDatabase(home)), '--env-file', join(home, 'temporal.yaml')]
    : ['--db-filename', temporalDatabase(home)];
}

/** Notes that a new database is being made; discards one whose making was interrupted. Call it while no server has it open. */
export async function beginDatabase(home: string, onProgress: ProgressListener): Promise<void> {
  const database = temporalDatabase(home);
  if (await exists(database)) {
    if (!(await exists(unfinishedMark(home))) && !(await holdsNoTable(database))) return;
    onProgress(`${database} was left half made by a start that was interrupted: it is made anew`);
    await Promise.all(filesOf(database).map((file) => rm(file, { force: true })));
  }
  await makeHome(dirname(database));
  await writeFile(unfinishedMark(home), '');
}

/** Notes that the database is whole: its server answers. */
export async function finishDatabase(home: string): Promise<void> {
  await rm(unfinishedMark(home), { force: true });
}

function unfinishedMark(home: string): string {
  return `${temporalDatabase(home)}.unfinished`;
}

function filesOf(database: string): readonly string[] {
  return [database, `${database}-wal`, `${database}-shm`];
}

/** Far more than a database without tables takes, and less than is slow to read. */
const searchedBytes = 4 * 1024 * 1024;

/** SQLite keeps each table's definition as text. */
async function holdsNoTable(database: string): Promise<boolean> {
  for (const file of filesOf(database)) {
    const size = await stat(file).then(
      (found) => found.size,
      () => 0,
    );
    if (size > searchedBytes) return false;
    if (size > 0 && (await readFile(file)).includes('CREATE TABLE')) return false;
  }
  return true;
}
