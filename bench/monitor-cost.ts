/**
 * What the monitor costs at rest, and with a run under way: its own CPU with that of the `ps` it asks, what it writes to the
 * terminal, and what it makes the Temporal dev server work.
 *
 *   npm run bench:monitor -- --seconds 30
 *
 * A real stack and one idle worker; read from /proc, so on Linux alone.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { z } from 'zod';
import { openVisibleScreen, type VisibleScreen } from '../test/servers/a-screen.js';
import { measureAtHome } from './measure.js';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '30' } } });
const seconds = Number(values.seconds);

const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const leftoff = (...args: string[]) =>
  execa(process.execPath, [program, ...args], { timeout: 120_000, stdin: 'ignore' });

/** Ticks of /proc are hundredths of a second. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which may hold spaces: its own time and that of its children that have ended.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

async function share(pid: number): Promise<number> {
  const before = await cpuSeconds(pid);
  await delay(seconds * 1_000);
  return (await cpuSeconds(pid)) - before;
}

const percent = (cpu: number): string => `${((cpu / seconds) * 100).toFixed(2)} %`;

async function measure(title: string, temporal: number, screen: VisibleScreen | null): Promise<void> {
  const before = screen?.written().length ?? 0;
  const [server, own] = await Promise.all([share(temporal), screen === null ? null : share(screen.pid)]);
  const cells = [title.padEnd(28), `Temporal ${percent(server)}`.padEnd(18)];
  if (screen !== null && own !== null) {
    const written = screen.written().slice(before);
    const megabytes =
      Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${screen.pid}/status`, 'utf8'))?.[1]) / 1_024;
    cells.push(`monitor ${percent(own)}`.padEnd(18));
    cells.push(
      `${Math.round(written.length / seconds)} bytes/s, ${written.split('\x1b[2J').length - 1} clears, ${Math.round(megabytes)} MB`,
    );
  }
  process.stdout.write(`${cells.join('')}\n`);
}

await measureAtHome(async (home) => {
  await leftoff('up');
  await leftoff('seed', '--quick');
  await leftoff('worker', '--detach');
  const record: unknown = JSON.parse(await readFile(join(home, 'servers', 'temporal.json'), 'utf8'));
  const temporal = z.object({ process: z.object({ pid: z.int() }) }).parse(record).process.pid;
  await delay(5_000);
  await measure('at rest, no monitor', temporal, null);
  const args = [program, 'monitor'];
  const screen = openVisibleScreen({
    program: process.execPath,
    args,
    environment: process.env,
    columns: 80,
    rows: 24,
  });
  await delay(5_000);
  await measure('at rest, one monitor', temporal, screen);
  await leftoff('run', 'step:process-orders', '--item-ms', String(seconds * 30), '--detach');
  await delay(1_000);
  await measure('a run under way', temporal, screen);
  screen.type('q');
  await screen.exited;
});
