import { readdir } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { measurementSchema } from '../../../src/cli/bench/measurement.js';
import { identifyAllProcesses } from '../../../src/stack/processes/process-identity.js';
import { aBareCheckout } from '../../servers/a-checkout.js';
import { aTemporaryFolder } from '../../stack/a-temporary-folder.js';

/** Its measurements' homes are in a folder of its own, where they can be looked for. */
async function aCheckoutOfItsOwn() {
  const folder = await aTemporaryFolder();
  const checkout = await aBareCheckout({ TMPDIR: folder });
  onTestFinished(() => checkout.cleanUp());
  /** Its folders, and processes that name one. */
  const leftBehind = async (): Promise<readonly string[]> => {
    const commands = [...(await identifyAllProcesses()).values()].map(({ command }) => command);
    const homes = (await readdir(folder)).filter((name) => name.startsWith('leftoff-bench-'));
    return [...homes, ...commands.filter((command) => command.includes(`${folder}/`))];
  };
  return { ...checkout, leftBehind };
}

describe('bench', () => {
  it('refuses a lane that there is not as wrong usage, before anything is started', async () => {
    const checkout = await aCheckoutOfItsOwn();

    const { exitCode, stdout } = await checkout.leftoff('bench', 'throughput', '--lanes', 'steps:500');

    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(await checkout.leftBehind()).toEqual([]);
  });

  it('measures on servers of its own, prints the raw samples, and leaves nothing', async () => {
    const checkout = await aCheckoutOfItsOwn();

    const { exitCode, stdout, stderr } = await checkout.leftoff(
      ...['bench', 'history', '--quick', '--orders', '10', '--settings', 'default', '--json'],
    );

    expect(exitCode, stderr).toBe(0);
    expect(stderr).not.toContain('Warning');
    const [history] = measurementSchema.array().parse(JSON.parse(stdout).measurements);
    expect(history?.lanes.map(({ lane, settings, ms }) => [lane, settings, ms.length])).toContainEqual([
      'step, 10 orders',
      'default',
      1,
    ]);
    expect(await checkout.leftBehind()).toEqual([]);
  });

  it('that is called off while its servers start ends with 130 and leaves nothing', async () => {
    const checkout = await aCheckoutOfItsOwn();
    const bench = checkout.start('bench', 'history', '--quick');
    await new Promise<void>((resolve) => {
      bench.stderr.on('data', (words: Buffer) => words.includes('starting PostgreSQL') && resolve());
    });

    bench.kill('SIGINT');

    expect((await bench).exitCode).toBe(130);
    expect(await checkout.leftBehind()).toEqual([]);
  });
});
