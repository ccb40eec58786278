/** The raw measurements beside the page, and the page itself: written together, so that they agree. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

/** Replaces what was measured anew; tables that weren't stay as they are. */
export async function writeBenchmarks(page: string, measurements: readonly Measurement[]): Promise<void> {
  await mkdir(dirname(page), { recursive: true });
  await mkdir(rawFolder(page), { recursive: true });
  for (const measurement of measurements)
    await writeFile(
      join(rawFolder(page), `${measurement.table}.json`),
      `${JSON.stringify(measurement, null, 2)}\n`,
    );
  await writeFile(page, renderBenchmarks(await readMeasurements(page)));
}
