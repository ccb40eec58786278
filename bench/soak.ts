/**
 * Seeded random faults over random jobs, patterns, stores and cadences, for a given time; after each run the invariants of the
 * design are checked, and whether memory, files, connections or processes have grown.
 *
 *   npm run soak -- --minutes 60
 *   npm run soak -- --seed 1234 --runs 1
 *
 * A line a run; a broken invariant prints its seed and the command that repeats it, and so does a run that could not be checked. `--out`
 * keeps a line of JSON a run. Exit code 1 where anything is broken, 2 for wrong flags, 130 where it is called off, which tells what was
 * found until then. Servers are its own, in a temporary home; profile demo.
 */
import { appendFile } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { callsEndedBy } from '../dist/cli/calls-ended-by.js';
import { exitWith } from '../dist/cli/exit.js';
import { measure } from './measure.js';
import { brokenInvariants } from './soak/check-run.js';
import { growthOf, type Tolerance } from './soak/growth.js';
import { describePlan, planRun } from './soak/plan-run.js';
import { playRun } from './soak/play-run.js';
import { readEvidence } from './soak/read-evidence.js';
import { type Footprint, processesOf, readFootprint } from './soak/read-footprint.js';
import { readOptions, type SoakOptions } from './soak/read-options.js';

/** What each may grow by from the first third of the runs to the last. */
const tolerances: Record<keyof Footprint, Tolerance> = {
  memoryMb: { share: 0.25, least: 60 },
  openFiles: { share: 0, least: 4 },
  postgresConnections: { share: 0, least: 2 },
  redisConnections: { share: 0, least: 2 },
  processes: { share: 0, least: 2 },
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const footprints: Footprint[] = [];
const fallen = new Map<string, number>();
let broken = 0;
let played = 0;
let grown = 0;
let usedHome = '';

const options = await readFlags();
const firstSeed = options.seed ?? Date.now() % 1_000_000;
const endsAtMs = Date.now() + options.minutes * 60_000;
await measure(async ({ home, environment, addresses, pool, client, signal, beforeTheEnd }) => {
  usedHome = home;
  const redisUrl = addresses.redis?.url ?? null;
  const redis = redisUrl === null ? null : new Redis(redisUrl).on('error', () => undefined);
  beforeTheEnd(async () => redis?.disconnect());
  say(`soak from seed ${firstSeed}, profile demo`);
  const playOnce = async (seed: number): Promise<void> => {
    const plan = planRun(seed);
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
      `seed ${seed}  ${seconds} s  ${outcome.fallen.length} faults  ${evidence.counted.byTables} items, ${met} met again (at most ${evidence.revisitBound ?? '–'})  ${describePlan(plan)}`,
    );
    if (options.out !== null)
      await appendFile(options.out, `${JSON.stringify({ plan, outcome, evidence, findings, footprint })}\n`);
    if (findings.length === 0) return;
    broken += 1;
    for (const finding of findings) say(`  BROKEN: ${finding}`);
    sayAgain(seed);
  };
  try {
    for (; played < (options.runs ?? Number.POSITIVE_INFINITY) && Date.now() < endsAtMs; played += 1) {
      const seed = firstSeed + played;
      await callsEndedBy(signal, client, () => playOnce(seed)).catch((error: unknown) => {
        signal.throwIfAborted();
        say(`seed ${seed}  could not be checked`);
        sayAgain(seed);
        throw error;
      });
    }
  } finally {
    summarise();
  }
});

const left = await processesOf(usedHome);
say(`processes left: ${left?.length ?? 'not told by this system'}`);
say(`${broken} runs broke an invariant, ${grown} grew`);
if (broken + grown + (left?.length ?? 0) > 0) process.exitCode = 1;

function sayAgain(seed: number): void {
  say(`  again: npm run soak -- --seed ${seed} --runs 1`);
}

/** What was found, also of a soak that is called off. */
function summarise(): void {
  const faultsFallen = [...fallen.values()].reduce((sum, times) => sum + times, 0);
  const byName = [...fallen].map(([name, times]) => `${name} ${times}`).join(', ');
  say(`${played} runs, ${faultsFallen} faults: ${byName}`);
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
}

async function readFlags(): Promise<SoakOptions> {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    await exitWith(error);
    process.exit();
  }
}
