/**
 * Keeps the tests' servers: brings them up, prints where they are, waits, takes everything down.
 *
 * A process of its own, in a session of its own, that waits for the end of its standard input: Ctrl+C, a crash and
 * `kill -9` of the test run all close that, so that nothing is left behind in any of these cases.
 *
 * Usage: node keep-servers.mjs <folder>; the folder's `stack` is the servers' LEFTOFF_HOME, what lies in `checkouts` are others'.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bringUp } from '../../dist/stack/bring-up.js';
import { readEnvironment } from '../../dist/stack/environment.js';
import { postgresDataFolders } from '../../dist/stack/postgres/data-folders.js';
import { takeDown } from '../../dist/stack/take-down.js';
import { stopWorkers } from '../../dist/worker/stop-workers.js';

const [folder = ''] = process.argv.slice(2);
const own = { ...process.env, LEFTOFF_HOME: join(folder, 'stack') };
const inputEnded = new Promise((resolve) => process.stdin.on('end', resolve).on('error', resolve).resume());
// Whoever reads us may be gone: there is still everything to take down.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  const { temporal, postgres, redis } = await bringUp({
    environment: readEnvironment(own),
    onProgress: (message) => process.stderr.write(`${message}\n`),
  });
  process.stdout.write(
    `${JSON.stringify({
      temporalAddress: temporal.address,
      temporalUi: temporal.ui,
      postgresUrl: postgres.url,
      redisUrl: redis?.url ?? null,
    })}\n`,
  );
  await inputEnded;
} catch (error) {
  process.stderr.write(`${error.message}\n${error.mend ?? ''}\n`);
  process.exitCode = 1;
} finally {
  const checkouts = await readdir(join(folder, 'checkouts')).catch(() => []);
  for (const home of [...checkouts.map((name) => join(folder, 'checkouts', name)), own.LEFTOFF_HOME]) {
    await stopWorkers(home, { graceMs: 0 });
    await takeDown({ environment: readEnvironment({ ...own, LEFTOFF_HOME: home }) });
    for (const data of postgresDataFolders(home)) await rm(data, { recursive: true, force: true });
  }
  await rm(folder, { recursive: true, force: true });
  // An open input would keep this process after a failed start.
  process.stdin.destroy();
}
