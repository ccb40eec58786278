import { join } from 'node:path';
import { UserError } from '../../user-error.js';
import { partLabels } from '../addresses.js';
import { quoteForShell } from '../quote-for-shell.js';
import type { ServerEnded } from './launch-server.js';
import type { LocalServer } from './local-server.js';

/** Said where another server, or what is left of one, works on the data: by PostgreSQL (two ways) and by SQLite. */
const dataInUse =
  /lock file .* already exists|shared memory block .* still in use|database (table )?is locked/i;

/** A server ended before it was up. Moving its data away helps only where that is damaged, and harms where it is in use. */
export function startFailed(
  { part, data }: Pick<LocalServer, 'part' | 'data'>,
  home: string,
  error: ServerEnded,
): UserError {
  const away = quoteForShell(join(home, 'damaged'));
  const mend = dataInUse.test(error.lastWords)
    ? 'another server works on its data: end that one (ps -ef shows it), then npx leftoff up'
    : `should its data be damaged, begin with none: mkdir -p ${away} && mv ${data} ${away}`;
  return new UserError(
    `${partLabels[part]} ended right after its start:\n${error.lastWords}`,
    `Look into ${error.log}; ${mend}`,
    'failed',
    { cause: error },
  );
}
