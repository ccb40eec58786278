/**
 * Twenty demos in a row over {step, enumerator} × {SIGTERM, SIGKILL}: each must prove itself; how soon is it going again?
 *
 *   npm run bench:demo-runs -- --rounds 5
 *
 * The stack is brought up once before and taken down after; profile demo, at the stage's pace: the recovery, from the signal
 * to the next order done, holds that order's own 400 ms.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { z } from 'zod';
import { median } from '../dist/cli/bench/spread.js';
import { measureAtHome } from './measure.js';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });

const demoSchema = z.object({
  ok: z.boolean(),
  killedAt: z.number(),
  resumedAfter: z.number().nullable(),
  processed: z.number(),
  failed: z.number(),
  revisited: z.number(),
  doubled: z.number(),
  lost: z.number(),
  recoveryMs: z.number(),
});

const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const leftoff = (...args: string[]) =>
  execa(process.execPath, [program, ...args], {
    reject: false,
    timeout: 180_000,
    stdin: 'ignore',
  });

const lanes = ['step', 'enumerator'].flatMap((pattern) =>
  ['SIGTERM', 'SIGKILL'].map((signal) => ({ pattern, signal })),
);
const recoveries = new Map<string, number[]>();
const limitMs = 2_000;
let failed = 0;
await measureAtHome(async () => {
  await leftoff('up');
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    for (const { pattern, signal } of lanes) {
      const lane = `${pattern} ${signal}`;
      const { exitCode, stdout, stderr } = await leftoff(
        'demo',
        '--auto',
        '--json',
        '--pattern',
        pattern,
        '--signal',
        signal,
      );
      const result = exitCode === 0 ? demoSchema.parse(JSON.parse(stdout)) : null;
      if (result === null) failed += 1;
      else recoveries.set(lane, [...(recoveries.get(lane) ?? []), result.recoveryMs]);
      const words =
        result === null
          ? stderr
          : `killed at ${result.killedAt}, resumed after ${result.resumedAfter}, revisited ${result.revisited}, lost ${result.lost}, doubled ${result.doubled}, going again after ${result.recoveryMs} ms`;
      process.stdout.write(`${round}  ${lane.padEnd(20)} exit ${exitCode}  ${words}\n`);
    }
  }
});
process.stdout.write(`\n${'lane'.padEnd(22)}${'median ms'.padStart(10)}${'worst ms'.padStart(10)}\n`);
for (const [lane, ms] of recoveries) {
  process.stdout.write(
    `${lane.padEnd(22)}${String(median(ms)).padStart(10)}${String(Math.max(...ms)).padStart(10)}\n`,
  );
}
const tooLate = [...recoveries.values()].flat().filter((ms) => ms > limitMs).length;
process.stdout.write(`${failed} failed, ${tooLate} going again later than ${limitMs} ms\n`);
if (failed + tooLate > 0) process.exitCode = 1;
