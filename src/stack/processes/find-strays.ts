/**
 * Finds servers of this checkout that no record tells of.
 *
 * Y1  Proof is the data folder in the command line: we always start servers with theirs as an absolute path, and two servers
 *     on one data folder are never wanted.
 * Y2  It is a server only where the program that runs is one: an editor or a `grep` may well have the same words on its command line.
 * Y3  One that the user gave another name is known by that, where the caller knows it.
 */
import { basename } from 'node:path';
import type { PartName } from '../addresses.js';
import { postgresDataFolders } from '../postgres/data-folders.js';
import { redisDataFolder } from '../redis/data-folder.js';
import { databaseArguments } from '../temporal/database.js';
import { identifyAllProcesses, identifyPrograms, type ProcessIdentity } from './process-identity.js';

/** Running servers of this kind that work on this checkout's data. `executables`: what such a server may have been started from. */
export async function findStrays(
  home: string,
  part: PartName,
  executables: readonly string[] = [],
): Promise<readonly ProcessIdentity[]> {
  const marks = commandLineMarks(home, part);
  const processes = await identifyAllProcesses();
  const suspects = [...processes.values()].filter(({ command }) =>
    marks.some((mark) => ` ${command} `.includes(` ${mark} `)),
  );
  const programs = await identifyPrograms(suspects.map(({ pid }) => pid));
  const ownNames = executables.map(shownName);
  return suspects.filter(({ pid }) => {
    const program = programs.get(pid) ?? '';
    return serverPrograms[part].test(program) || ownNames.includes(program);
  });
}

/** Linux keeps no more of a program's name. */
function shownName(executable: string): string {
  return process.platform === 'linux' ? basename(executable).slice(0, 15) : basename(executable);
}

/** Temporal's may have its version in its name; `cli` is what temporal.download calls it. */
const serverPrograms: Readonly<Record<PartName, RegExp>> = {
  temporal: /^(temporal.*|cli)$/,
  postgres: /^postgres$/,
  redis: /^(redis|valkey)-server$/,
};

function commandLineMarks(home: string, part: PartName): readonly string[] {
  switch (part) {
    case 'temporal':
      return [`server start-dev ${databaseArguments(home).join(' ')}`];
    case 'postgres':
      return postgresDataFolders(home).map((folder) => `-D ${folder} -c listen_addresses=127.0.0.1`);
    case 'redis':
      return [`--dir ${redisDataFolder(home)}`];
  }
}
