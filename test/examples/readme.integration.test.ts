/** The README's example as its reader runs it: a process that is killed and started again, on a real server. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { cleanEnvironment } from '../servers/clean-environment.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const orders = 200;
const ordersInBatch = 10;

let folder: string;
let ledger: string;
const ends: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leftoff-readme-'));
  ledger = join(folder, 'ledger.txt');
});

afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  await new Client({ connection }).workflow
    .getHandle('readme')
    .terminate('The test is over')
    .catch(() => undefined);
  await connection.close();
  await rm(folder, { recursive: true });
});

/** What `npm run example` starts. */
function startExample() {
  const program = ['--import', 'tsx', 'examples/00-readme/main.ts', ledger, inject('temporalAddress')];
  const child = spawn(process.execPath, program, {
    cwd: root,
    env: { ...cleanEnvironment(), TSX_TSCONFIG_PATH: 'examples/tsconfig.run.json' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await exited;
  };
  ends.push(kill);
  return { kill, exited, said };
}

async function charged(): Promise<string[]> {
  const lines = await readFile(ledger, 'utf8').catch(() => '');
  return lines.split('\n').filter((line) => line !== '');
}

describe('the README’s example', () => {
  it('goes on after SIGKILL where its batch in flight began, and charges every order', async () => {
    const first = startExample();
    await expect.poll(async () => (await charged()).length, { timeout: 30_000 }).toBeGreaterThan(35);
    await first.kill();
    const before = (await charged()).length;

    const second = startExample();
    await second.exited;

    const [out, complaints] = await second.said;
    const told: unknown = JSON.parse(out.trimEnd().split('\n').at(-1) ?? complaints);
    const met = await charged();
    const resumedAt = before - (met.length - orders);
    expect(told).toMatchObject({
      processed: orders,
      resumptions: [{ resumedAfter: { record: resumedAt }, source: 'history', attempt: 2 }],
      linesInLedger: met.length,
    });
    expect(new Set(met).size).toBe(orders);
    expect(met.length - orders).toBeLessThanOrEqual(ordersInBatch);
    expect(resumedAt % ordersInBatch).toBe(0);
  });
});
