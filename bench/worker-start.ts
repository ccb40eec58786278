/**
 * How soon a worker is ready: out of one file with its compiled code (docs/decisions/0007), and from the SDK's own files as without that.
 *
 *   npm run bench:worker-start -- --rounds 9
 *
 * Lanes take turns on one stack, which is brought up before and taken down after; the first round warms up and isn't counted.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from '../dist/cli/bench/spread.js';
import { bringUp } from '../dist/stack/bring-up.js';
import { measureAtHome } from './measure.js';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } });

const worker = (name: string): string => fileURLToPath(new URL(`../dist/worker/${name}`, import.meta.url));
const fromFiles = `import { runWorkerFromFlags } from ${JSON.stringify(worker('worker-program.js'))};
await runWorkerFromFlags(['--profile', 'demo']);`;
const lanes = [
  { name: 'out of one file', args: [worker('main.js'), '--profile', 'demo'] },
  { name: "from the SDK's files", args: ['--input-type=module', '--eval', fromFiles] },
];

const readyMs = new Map<string, number[]>(lanes.map(({ name }) => [name, []]));
await measureAtHome(async () => {
  await bringUp({ onProgress: (line) => void process.stderr.write(`${line}\n`) });
  for (let round = 0; round <= Number(values.rounds); round += 1) {
    for (const { name, args } of lanes) {
      const ms = await startOnce(args);
      if (round > 0) readyMs.get(name)?.push(ms);
    }
  }
});
process.stdout.write(`workers ready, ${values.rounds} starts each, Node ${process.version}, profile demo\n`);
process.stdout.write(`${'lane'.padEnd(22)}${'median ms'.padStart(10)}${'worst ms'.padStart(10)}\n`);
for (const [name, ms] of readyMs) {
  const [middle, worst] = [median(ms), Math.max(...ms)].map(Math.round);
  process.stdout.write(`${name.padEnd(22)}${String(middle).padStart(10)}${String(worst).padStart(10)}\n`);
}

/** @returns milliseconds from the process' start until it says that it is ready; then it is stopped */
async function startOnce(args: readonly string[]): Promise<number> {
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let ms: number | null = null;
  for await (const line of createInterface({ input: child.stdout })) {
    if (ms !== null || !/ ready after /.test(line)) continue;
    ms = performance.now() - startedAtMs;
    child.kill('SIGTERM');
  }
  await exited;
  if (ms === null) throw new Error('A worker ended before it was ready.');
  return ms;
}
