import { join } from 'node:path';

/** The file in which the dev server keeps its runs, so that a restarted server knows them. */
export function temporalDatabase(home: string): string {
  return join(home, 'temporal.db');
}
