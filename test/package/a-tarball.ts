/** What `npm publish` would upload, out of the built `dist`. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';

export interface Tarball {
  readonly file: string;
  /** Paths inside the package. */
  readonly contents: readonly string[];
}

export const project = fileURLToPath(new URL('../..', import.meta.url));

const packed = z.array(z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }));

/** Packs what is built. Without scripts: `prepare` would take `dist` away from under other tests. */
export async function packInto(folder: string): Promise<Tarball> {
  const { stdout } = await execa(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--loglevel=error', '--pack-destination', folder],
    { cwd: project },
  );
  const [tarball] = packed.parse(JSON.parse(stdout));
  if (tarball === undefined) throw new Error(`npm pack made nothing:\n${stdout}`);
  return { file: join(folder, tarball.filename), contents: tarball.files.map(({ path }) => path) };
}
