/** The raw measurements beside the page, and the page itself: written together, so that they agree. */
import { access, constants, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../../user-error.js';
import { type Measurement, measurementSchema } from './measurement.js';
import { renderBenchmarks } from './render-benchmarks.js';

/** The folder of a page's raw measurements: `docs/benchmarks` for `docs/benchmarks.md`. */
function rawFolder(page: string): string {
  return page.replace(/\.md$/, '');
}

/** @returns in no particular order; none where there is no such folder */
export async function readMeasurements(page: string): Promise<readonly Measurement[]> {
  const folder = rawFolder(page);
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(
    names.filter((name) => name.endsWith('.json')).map((name) => readFile(join(folder, name), 'utf8')),
  );
  return texts.map((text) => measurementSchema.parse(JSON.parse(text)));
}

/** Before hours of measuring: the folders are there and can be written, and what lies in them can be read. @throws UserError */
export async function prepareBenchmarks(page: string): Promise<void> {
  try {
    await mkdir(rawFolder(page), { recursive: true });
    for (const folder of [dirname(page), rawFolder(page)]) await access(folder, constants.W_OK);
    await readMeasurements(page);
  } catch (error) {
    throw new UserError(
      `${page} can't be written from ${rawFolder(page)}: ${error instanceof Error ? error.message : String(error)}`,
      'npx leftoff bench --write benchmarks.md',
      'failed',
      { cause: error },
    );
  }
}

/** Replaces what was measured anew; tables that weren't stay as they are. For a page that was prepared. */
export async function writeBenchmarks(page: string, measurements: readonly Measurement[]): Promise<void> {
  for (const measurement of measurements)
    await writeFile(
      join(rawFolder(page), `${measurement.table}.json`),
      `${JSON.stringify(measurement, null, 2)}\n`,
    );
  await writeFile(page, renderBenchmarks(await readMeasurements(page)));
}
