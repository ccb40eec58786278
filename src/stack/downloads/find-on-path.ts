import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join, resolve, sep } from 'node:path';

/** The first executable of this name on PATH, or null; a name with a folder in it is that very file, as in a shell. */
export async function findOnPath(name: string, path: string): Promise<string | null> {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  const candidates = name.includes(sep) ? [resolve(name)] : folders.map((folder) => join(folder, name));
  for (const candidate of candidates) {
    const executable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return candidate;
  }
  return null;
}
