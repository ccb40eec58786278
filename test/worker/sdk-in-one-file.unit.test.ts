import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { leftOutside, sdkInOneFile } from '../../src/worker/sdk-in-one-file.js';
import { aTemporaryFolder } from '../stack/a-temporary-folder.js';

/** An SDK of one file, and what becomes of it. */
async function bundled(place: string, source: string): Promise<string> {
  const folder = await aTemporaryFolder();
  const file = join(folder, place);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, source);
  const { outputFiles } = await build({
    entryPoints: [file],
    outfile: join(folder, 'bundle', 'program.cjs'),
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    external: leftOutside,
    plugins: [sdkInOneFile(join(folder, 'bundle'))],
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

const sdk = 'node_modules/@temporalio';

describe('the SDK in one file', () => {
  it('has its Workflow thread started by whoever loads it', async () => {
    const source = `pool(() => new node_worker_threads_1.Worker(require.resolve('./workflow-worker-thread')));`;

    const text = await bundled(`${sdk}/worker/lib/workflow/threaded-vm.js`, source);

    expect(text).toContain('pool(() => startWorkflowThread())');
  });

  it('looks for its own files in its package', async () => {
    const text = await bundled(`${sdk}/worker/lib/workflow/x.js`, `use(require.resolve('../interceptor'));`);

    expect(text).toContain('require.resolve("@temporalio/worker/lib/interceptor")');
  });

  it('takes nothing along that only bundles Workflows', async () => {
    const text = await bundled(`${sdk}/worker/lib/workflow/x.js`, `use(require('webpack'));`);

    expect(text).toMatch(/module2?\.exports = {}/);
  });

  it('lets what looks for a file beside itself find it where it was', async () => {
    const text = await bundled('src/x.mjs', `use(new URL('./file', import.meta.url));`);

    expect(text).toContain('.join(__dirname, "../src/x.mjs")');
  });

  it.each([
    ['worker/lib/workflow/threaded-vm.js', 'pool();', 'workflow-worker-thread'],
    ['core-bridge/common.js', 'use();', '__dirname'],
  ])('that is written otherwise (%s) fails the build', async (place, source, expected) => {
    await expect(bundled(`${sdk}/${place}`, source)).rejects.toThrow(
      new RegExp(`The SDK is written otherwise: .*${expected}.* is expected once`),
    );
  });
});
