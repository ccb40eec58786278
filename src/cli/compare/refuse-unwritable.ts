/** Where a page can't be written is said before anything is played: a comparison takes a minute, and must not be lost. */
import { access, constants, stat } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { UserError } from '../../user-error.js';

/** @throws UserError for a name that is no page's, or a folder that isn't there or can't be written to */
export async function refuseUnwritable(file: string, ending: '.html' | '.md'): Promise<void> {
  if (extname(file) !== ending)
    throw new UserError(`'${file}' is no page.`, `Name it with ${ending}: comparison${ending}.`, 'usage');
  try {
    await access(dirname(resolve(file)), constants.W_OK);
    const there = await stat(file).catch(() => null);
    if (there !== null && !there.isFile()) throw new Error('it is no file');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`${file} can't be written: ${why}.`, 'Name another place for it.', 'failed', {
      cause: error,
    });
  }
}
