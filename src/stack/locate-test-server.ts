import type { ProgressListener } from './addresses.js';
import { type LocatedProgram, locateProgram } from './downloads/locate-program.js';
import { temporalTestServer } from './downloads/programs.js';
import { type Environment, readEnvironment } from './environment.js';

/** Finds or fetches Temporal's time-skipping test server, for tests. Throws a UserError that lists the ways it tried. */
export async function locateTestServer(
  options: { environment?: Environment; onProgress?: ProgressListener } = {},
): Promise<LocatedProgram> {
  const { environment = readEnvironment(), onProgress = () => undefined } = options;
  return locateProgram(environment, temporalTestServer(environment), onProgress);
}
