/**
 * Seeded random faults over random jobs, patterns, stores and cadences, for a given time; after each run the invariants of the
 * design are checked, and whether memory, files, connections or processes have grown.
 *
 *   npm run soak -- --minutes 60
 *   npm run soak -- --seed 1234 --runs 1
 *
 * A line a run; a broken invariant prints its seed and the command that repeats it. `--out` keeps a line of JSON a run. Exit code 1
 * where anything is broken, 130 where it is called off. Servers are its own, in a temporary home; profile demo.
 */
import { appendFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { measure } from './measure.js';
import { brokenInvariants } from './soak/check-run.js';
import { growthOf, type Tolerance } from './soak/growth.js';
import { describePlan, planRun } from './soak/plan-run.js';
import { playRun } from './soak/play-run.js';
import { readEvidence } from './soak/read-evidence.js';
import { type Footprint, processesOf, readFootprint } from './soak/read-footprint.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    /** Ends after so many runs, whatever the time. */
    runs: { type: 'string' },
    /** Of the first run; the next one's is one more. */
    seed: { type: 'string' },
    out: { type: 'string' },
  },
});
const runs = values.runs === undefined ? Number.POSITIVE_INFINITY : Number(values.runs);
const firstSeed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
const endsAtMs = Date.now() + Number(values.minutes) * 60_000;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** What each may grow by from the first third of the runs to the last. */
const tolerances: Record<keyof Footprint, Tolerance> = {
  memoryMb: { share: 0.25, least: 60 },
  openFiles: { share: 0, least: 4 },
  postgresConnections: { share: 0, least: 2 },
  redisConnections: { share: 0, least: 2 },
  processes: { share: 0, least: 2 },
};

const footprints: Footprint[] = [];
const fallen = new Map<string, number>();
let broken = 0;
let played = 0;
let usedHome = '';
await measure(async ({ home, environment, addresses, pool, client, signal, beforeTheEnd }) => {
  usedHome = home;
  const redisUrl = addresses.redis?.url ?? null;
  const redis = redisUrl === null ? null : new Redis(redisUrl).on('error', () => undefined);
  beforeTheEnd(async () => redis?.disconnect());
  say(`soak from seed ${firstSeed}, profile demo`);
  for (; played < runs && Date.now() < endsAtMs; played += 1) {
    const plan = planRun(firstSeed + played);
    const startedAtMs = Date.now();
    const outcome = await playRun({ environment, pool, client, signal }, plan);
    const evidence = await readEvidence({ client, pool, redisUrl, home }, plan, outcome);
    const findings = brokenInvariants(plan, evidence);
    const footprint = await readFootprint(pool, redis, home);
    footprints.push(footprint);
    for (const { fault } of outcome.fallen) fallen.set(fault, (fallen.get(fault) ?? 0) + 1);
    const seconds = ((Date.now() - startedAtMs) / 1_000).toFixed(1);
    const met = Math.max(evidence.revisited.byRun, evidence.revisited.byTables ?? 0);
    say(
      `seed ${plan.seed}  ${seconds} s  ${outcome.fallen.length} faults  ${evidence.counted.byTables} items, ${met} met again (at most ${evidence.revisitBound ?? '–'})  ${describePlan(plan)}`,
    );
    if (values.out !== undefined)
      await appendFile(values.out, `${JSON.stringify({ plan, outcome, evidence, findings, footprint })}\n`);
    if (findings.length === 0) continue;
    broken += 1;
    for (const finding of findings) say(`  BROKEN: ${finding}`);
    say(`  again: npm run soak -- --seed ${plan.seed} --runs 1`);
  }
});

const faultsFallen = [...fallen.values()].reduce((sum, times) => sum + times, 0);
say(
  `${played} runs, ${faultsFallen} faults: ${[...fallen].map(([name, times]) => `${name} ${times}`).join(', ')}`,
);
let grown = 0;
for (const name of [
  'memoryMb',
  'openFiles',
  'postgresConnections',
  'redisConnections',
  'processes',
] as const) {
  const samples = footprints.flatMap((footprint) => footprint[name] ?? []);
  if (samples.length === 0) continue;
  const { first, last, grew } = growthOf(samples, tolerances[name]);
  if (grew) grown += 1;
  say(`${name}: ${first} in the first third, ${last} in the last${grew ? ': GREW' : ''}`);
}
const left = await processesOf(usedHome);
say(`processes left: ${left?.length ?? 'not told by this system'}`);
say(`${broken} runs broke an invariant, ${grown} grew`);
if (broken + grown + (left?.length ?? 0) > 0) process.exitCode = 1;
