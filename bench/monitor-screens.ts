/**
 * Plays a run on a real stack, with the monitor on terminals of 80×24 and 60×15, and keeps what they show in docs/screens and in docs/monitor.md.
 *
 *   npm run screens:monitor
 *
 * Running, killed (SIGKILL), resumed, paused, and completed: texts, as a terminal emulator has them on its screen. Each is taken
 * when the screen says what it is to show, so a monitor that doesn't say it fails here.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { openVisibleScreen, type VisibleScreen } from '../test/servers/a-screen.js';
import { measureAtHome } from './measure.js';

const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const folder = fileURLToPath(new URL('../docs/screens/', import.meta.url));
const page = fileURLToPath(new URL('../docs/monitor.md', import.meta.url));
const sizes = [
  { columns: 80, rows: 24, suffix: '' },
  { columns: 60, rows: 15, suffix: '-60x15' },
] as const;
const waitLimitMs = 60_000;

async function leftoff(...args: string[]): Promise<string> {
  const { stdout } = await execa(process.execPath, [program, ...args], { timeout: 120_000, stdin: 'ignore' });
  return stdout;
}

async function seen(screen: VisibleScreen, words: RegExp): Promise<void> {
  const deadline = performance.now() + waitLimitMs;
  while (!words.test(screen.lines().join('\n'))) {
    if (performance.now() > deadline)
      throw new Error(`${words} did not come on the screen:\n${screen.lines().join('\n')}`);
    await delay(50);
  }
}

const screens: { readonly screen: VisibleScreen; readonly suffix: string }[] = [];

/** Once all the words stand on every screen. */
async function keep(name: string, ...words: RegExp[]): Promise<void> {
  for (const { screen, suffix } of screens) {
    for (const each of words) await seen(screen, each);
    await writeFile(`${folder}monitor-${name}${suffix}.txt`, `${screen.lines().join('\n')}\n`);
  }
  process.stdout.write(`monitor-${name}\n`);
}

/** The page quotes them under their names. */
async function quoteThem(): Promise<void> {
  const quotation = /^```text docs\/screens\/(\S+)\n[\s\S]*?^```$/gm;
  const text = await readFile(page, 'utf8');
  const names = [...text.matchAll(quotation)].flatMap(([, name]) => name ?? []);
  const kept = new Map<string, string>();
  for (const name of names) kept.set(name, await readFile(folder + name, 'utf8'));
  const quoted = text.replaceAll(
    quotation,
    (_, name: string) => `\`\`\`text docs/screens/${name}\n${kept.get(name)}\`\`\``,
  );
  await writeFile(page, quoted);
}

await measureAtHome(async () => {
  try {
    await mkdir(folder, { recursive: true });
    await leftoff('up');
    await leftoff('seed', '--quick');
    for (const { columns, rows, suffix } of sizes) {
      const environment = { ...process.env, NO_COLOR: '1' };
      const args = [program, 'monitor'];
      const screen = openVisibleScreen({ program: process.execPath, args, environment, columns, rows });
      screens.push({ screen, suffix });
      await seen(screen, /no worker/);
    }
    await leftoff('worker', '--detach');
    await leftoff('run', 'step:process-orders', '--checkpoint-every', '1', '--pace', 'stage', '--detach');
    await keep('running', /order (9|1\d)\b/, /\/s {2}ETA/);
    await leftoff('kill', '--at', '30');
    await keep('killed', /worker \d+ killed/, /no worker/);
    await leftoff('worker', '--detach');
    await keep('resumed', /resumed after order \d+/, /after order 3[3-9]/);
    await leftoff('pause', 'orders-step-1');
    await keep('paused', /orders-step-1 {2}paused/, /orders-step-1 paused after/);
    await leftoff('unpause', 'orders-step-1');
    await keep('completed', /run orders-step-1 completed/, / 0 pending/, /RUNS {2}0 open/);
    await quoteThem();
  } finally {
    for (const { screen } of screens) {
      screen.type('q');
      await screen.exited;
    }
  }
});
