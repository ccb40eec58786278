import { asCaller, type Caller } from './caller.js';
import { type LocatedProgram, locateProgram } from './downloads/locate-program.js';
import { temporalTestServer } from './downloads/programs.js';
import { type Environment, readEnvironment } from './environment.js';

/** Finds or fetches Temporal's time-skipping test server, for tests. Throws a UserError that lists the ways it tried. */
export async function locateTestServer(
  options: { environment?: Environment } & Partial<Caller> = {},
): Promise<LocatedProgram> {
  const { environment = readEnvironment() } = options;
  return locateProgram(environment, temporalTestServer(environment), asCaller(options));
}
