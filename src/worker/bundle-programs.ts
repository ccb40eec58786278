/**
 * Build step: makes one file of the worker and one of its Workflow thread, and keeps V8's compiled code of each.
 *
 * Code is cached after it has run, in a thread: only then V8 has compiled what a start needs.
 */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { build } from 'esbuild';
import { z } from 'zod';
import { writeCodeCache } from './code-cache.js';
import { readProgram, workerProgram, workflowThreadProgram } from './load-program.js';
import { leftOutside, sdkInOneFile } from './sdk-in-one-file.js';
import { installedSdk } from './sdk-versions.js';

if (isMainThread) {
  const fromHere = createRequire(import.meta.url);
  const programs = [
    { source: fileURLToPath(new URL('./worker-program.js', import.meta.url)), bundle: workerProgram },
    {
      source: fromHere.resolve('@temporalio/worker/lib/workflow/workflow-worker-thread.js'),
      bundle: workflowThreadProgram,
    },
  ];
  for (const { source, bundle } of programs) {
    await makeOneFile(source, bundle);
    await once(new Worker(new URL(import.meta.url), { workerData: bundle }), 'exit');
  }
} else {
  const bundle = z.string().parse(workerData);
  const program = readProgram(bundle);
  program.run();
  await writeCodeCache(bundle, program.source, program.script.createCachedData());
  process.exit();
}

async function makeOneFile(source: string, bundle: string): Promise<void> {
  await build({
    entryPoints: [source],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // Names stay as they are: Temporal tells errors by those of their classes.
    keepNames: true,
    banner: { js: `// ${installedSdk()}` },
    external: leftOutside,
    plugins: [sdkInOneFile(dirname(bundle))],
    logLevel: 'warning',
  });
}
