import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBreakableLine } from '../../src/faults/breakable-line.js';
import { identifyProcess } from '../../src/stack/processes/process-identity.js';
import { aBareCheckout, aCheckout, type BareCheckout, type Checkout } from '../servers/a-checkout.js';
import { aTemporaryFolder } from '../stack/a-temporary-folder.js';

interface Verified {
  readonly ok: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly state: string;
    readonly detail: string;
  }[];
}

async function verified(checkout: BareCheckout): Promise<{ report: Verified; exitCode: number | null }> {
  const { stdout, exitCode } = await checkout.leftoff('verify', '--json');
  return { report: JSON.parse(stdout), exitCode };
}

/** A program that doesn't name its version; `started` reads the pid of the child that it waits for. */
async function aProgramThatHangs(path: string): Promise<{ started: () => Promise<number> }> {
  const pipe = `${path}.started`;
  await promisify(execFile)('mkfifo', [pipe]);
  await writeFile(path, `#!/bin/sh\nsleep 300 & echo $! > '${pipe}'\nwait\n`, { mode: 0o755 });
  return { started: async () => Number(await readFile(pipe, 'utf8')) };
}

const stateOf = ({ checks }: Verified, name: string) => checks.find((check) => check.name === name)?.state;

describe('verify with the stack up', () => {
  let checkout: Checkout;
  beforeAll(async () => {
    checkout = await aCheckout();
  });
  afterAll(() => checkout.cleanUp());

  it('shows what is not there yet as –, not as a failure', async () => {
    const { stdout, exitCode } = await checkout.leftoff('verify');

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^✓ Temporal /m);
    expect(stdout).toMatch(/^✓ Namespace /m);
    expect(stdout).toMatch(/^✓ PostgreSQL /m);
    expect(stdout).toMatch(/^– Orders .*\n +→ npx leftoff seed --quick$/m);
    expect(stdout).toMatch(/^– Worker .*\n +→ npx leftoff worker --detach$/m);
    expect(stdout).toMatch(/^✓ Worker bundles /m);
    expect(stdout).toMatch(/^[✓–] Offline /m);
  });

  it('changes nothing: a database without our tables stays one', async () => {
    await checkout.leftoff('verify');

    const { rows } = await checkout.database.pool.query(`SELECT to_regclass('orders') AS orders`);
    expect(rows).toEqual([{ orders: null }]);
  });

  it('shows orders and workers once they are there', async () => {
    const [, worker] = await Promise.all([
      checkout.leftoff('seed'),
      checkout.leftoff('worker', '--detach', '--json'),
    ]);

    const { report, exitCode } = await verified(checkout);

    expect(exitCode).toBe(0);
    expect(report).toMatchObject({
      ok: true,
      checks: expect.arrayContaining([
        { name: 'Schema', ok: true, state: 'ok', detail: expect.stringMatching(/^up to date/) },
        { name: 'Orders', ok: true, state: 'ok', detail: '100: 61 pending, 19 processed, 20 failed' },
        { name: 'Worker', ok: true, state: 'ok', detail: JSON.parse(worker.stdout).identity },
      ]),
    });
  });

  it('fails for a worker whose server is at another address by now, as status tells, and names the mend', async () => {
    const { hostname, port, href } = new URL(checkout.database.url);
    const line = await openBreakableLine({ host: hostname, port: Number(port) });
    const url = Object.assign(new URL(href), { host: `${line.host}:${line.port}` });
    const moved = checkout.having({ DATABASE_URL: url.href });
    await checkout.leftoff('run', 'step:process-orders', '--item-ms', '1000', '--detach');

    const [verify, status] = [await moved.leftoff('verify', '--json'), await moved.leftoff('status')];

    const words = `is connected to PostgreSQL at ${hostname}:${port}/`;
    expect(verify.exitCode).toBe(1);
    expect(JSON.parse(verify.stdout)).toMatchObject({
      checks: expect.arrayContaining([
        expect.objectContaining({ name: 'Worker', ok: false, detail: expect.stringContaining(words) }),
      ]),
    });
    expect(status.stderr).toContain(words);
    expect(status.stderr).toMatch(/npx leftoff kill --signal SIGTERM --pid \d+, then npx leftoff worker/);
    await checkout.leftoff('reset');
    await line.close();
  });

  it('stays within 80 columns', async () => {
    const { stdout } = await checkout.leftoff('verify');

    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('verify with parts missing', () => {
  it('with everything down exits 1 and names the mend', async () => {
    const checkout = await aBareCheckout();

    const { stdout, stderr, exitCode } = await checkout.leftoff('verify');

    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(stdout).toMatch(/^✗ Temporal +not running\n +→ npx leftoff up$/m);
    expect(stdout).toMatch(/^✗ PostgreSQL +not running\n +→ npx leftoff up$/m);
    expect(stdout).toMatch(/^– Redis /m);
    expect(stdout).toMatch(/^– Worker /m);
    expect(stdout).toMatch(/^2 of \d+ checks failed\.$/m);
  });

  it('called off by Ctrl+C leaves no program that it asked for its version', async () => {
    const folder = await aTemporaryFolder();
    const hanging = await aProgramThatHangs(join(folder, 'redis-server'));
    const checkout = await aBareCheckout({ PATH: `${folder}:${process.env.PATH}` });
    const verify = checkout.start('verify');
    const pid = await hanging.started();

    verify.kill('SIGINT');

    expect(await verify).toMatchObject({ exitCode: 130, stdout: '', stderr: '' });
    await vi.waitFor(async () => expect(await identifyProcess(pid)).toBeNull());
    await checkout.cleanUp();
  });

  it('names the one part that is down, and checks the others', async () => {
    const checkout = await aCheckout({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/orders' });

    const { report, exitCode } = await verified(checkout);

    expect(exitCode).toBe(1);
    expect(report.ok).toBe(false);
    expect(stateOf(report, 'PostgreSQL')).toBe('failed');
    expect(stateOf(report, 'Temporal')).toBe('ok');
    expect(stateOf(report, 'Orders')).toBeUndefined();
    await checkout.cleanUp();
  });

  it('names a namespace that is not there', async () => {
    const checkout = await aCheckout({ TEMPORAL_NAMESPACE: 'nowhere' });

    const { stdout, exitCode } = await checkout.leftoff('verify');

    expect(exitCode).toBe(1);
    expect(stdout).toContain("no namespace 'nowhere'");
    await checkout.cleanUp();
  });
});
