import getPort from 'get-port';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRunningServers } from '../../src/stack/processes/find-running-servers.js';
import { aBareCheckout, type BareCheckout } from '../servers/a-checkout.js';
import { said } from './said.js';

let checkout: BareCheckout;
beforeAll(async () => {
  const names = ['TEMPORAL', 'TEMPORAL_UI', 'POSTGRES', 'REDIS'];
  const ports = await Promise.all(
    names.map(async (name) => [`LEFTOFF_${name}_PORT`, String(await getPort())]),
  );
  checkout = await aBareCheckout(Object.fromEntries(ports));
});
afterAll(() => checkout.cleanUp());

const quickly = ['--auto', '--signal', 'SIGTERM', '--item-ms', '0'];

/** The pids of the parts that run. */
async function running() {
  const { temporal, postgres } = await findRunningServers(checkout.home);
  return { temporal: temporal?.process?.pid, postgres: postgres?.process?.pid };
}

describe('the stack under a demo', () => {
  it('is brought up, and stays up with --keep, which says so', async () => {
    const { stdout, exitCode } = await checkout.leftoff('demo', '--keep', ...quickly);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/the stack stays up: npx leftoff down stops it$/);

    expect(await running()).toEqual({ temporal: expect.any(Number), postgres: expect.any(Number) });
    expect((await checkout.leftoff('checkpoints')).stdout).toContain('the run is completed');
  });

  it('that ran before is left running; only what the demo started is stopped', async () => {
    const { temporal, postgres } = await running();
    process.kill(postgres ?? 0, 'SIGINT');
    await expect.poll(running).toEqual({ temporal });

    const { stdout, exitCode } = await checkout.leftoff('demo', ...quickly);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/stopped again: PostgreSQL$/);
    expect(await running()).toEqual({ temporal });
  });

  it('is taken down after Ctrl+C as well', async () => {
    await checkout.leftoff('down');
    const demo = checkout.start('demo', '--auto', '--item-ms', '100');
    await said(demo, 'order 1 charged');

    demo.kill('SIGINT');

    const { stdout, exitCode } = await demo;
    expect(exitCode).toBe(130);
    expect(stdout).toContain('stopped again: Temporal, PostgreSQL');
    expect(await running()).toEqual({});
  });
});
