/**
 * A comparison's page, written to a file.
 *
 * P1  Where it can't be written is said before anything is played: a comparison takes a minute.
 * P2  The chart library is loaded only here.
 */
import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { UserError } from '../../user-error.js';
import type { Comparison } from './comparison.js';
import { dependsOnHere, dependsOnNothingHere, notClaimed } from './honesty.js';
import { claimTable, guaranteeTable, qualityTable } from './word-tables.js';

/** @throws UserError for a name that is no page's, or a folder that isn't there or can't be written to */
export async function refuseUnwritable(file: string): Promise<void> {
  if (extname(file) !== '.html')
    throw new UserError(`'${file}' is no page.`, 'Name it with .html: --report comparison.html.', 'usage');
  const folder = dirname(resolve(file));
  try {
    await access(folder, constants.W_OK);
    const there = await stat(file).catch(() => null);
    if (there !== null && !there.isFile()) throw new Error('it is no file');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`${file} can't be written: ${why}.`, 'Name another place for it.', 'failed', {
      cause: error,
    });
  }
}

export async function writeReport(file: string, comparison: Comparison): Promise<void> {
  const { renderReport } = await import('../report/render-report.js');
  const page = await renderReport(comparison, {
    tables: [guaranteeTable(), qualityTable(), claimTable(comparison.lanes)],
    notClaimed,
    dependence: { onThisStand: dependsOnHere, onNothingHere: dependsOnNothingHere },
  });
  await writeFile(file, page);
}
