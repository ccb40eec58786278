/**
 * What has to be said to the bundler so that the Temporal SDK works out of one file.
 *
 * F1  What the SDK looks for beside its own files is looked for in its package, wherever that lies then.
 * F2  Its Workflow thread is started by whoever loads the bundle (`load-program.ts`), out of one file too.
 * F3  What bundles Workflows stays outside: the build has done that already (`bundle-workflows.ts`).
 * F4  What traces stays outside too: only a worker that is to trace loads it, from its own files, by whoever loads the bundle.
 * F5  An SDK that is written otherwise than expected here fails the build, not a worker.
 */
import { readFile } from 'node:fs/promises';
import { dirname, posix, relative } from 'node:path';
import type { OnLoadResult, Plugin } from 'esbuild';

/** Packages that bundle Workflows; a worker that gets its bundle ready-made calls none of them. */
const bundlers = /^(webpack|memfs|unionfs)$/;
const tracing = "import('./tracing/tracing.js')";
const thread = "new node_worker_threads_1.Worker(require.resolve('./workflow-worker-thread'))";

/** Found at run time, where it is called for at all: loaders of the Workflow bundler, a native pg, files of the SDK. */
export const leftOutside = ['source-map-loader', 'swc-loader', 'pg-native', '@temporalio/worker/*'];

/** @param folder where the bundles go */
export const sdkInOneFile = (folder: string): Plugin => ({
  name: 'sdk in one file',
  setup(build) {
    build.onResolve({ filter: bundlers }, ({ path }) => ({ path, namespace: 'not called' }));
    build.onLoad({ filter: /.*/, namespace: 'not called' }, () => ({ contents: 'module.exports = {};' }));
    build.onLoad({ filter: /worker[\\/]load-tracing\.js$/ }, ({ path }) =>
      rewritten(path, (source) => replaced(source, tracing, 'importTracing()')),
    );
    build.onLoad({ filter: /@temporalio[\\/]worker[\\/]lib[\\/].*\.js$/ }, ({ path }) =>
      rewritten(path, (source) => withResolvedPaths(path, source)),
    );
    build.onLoad({ filter: /core-bridge[\\/]common\.js$/ }, ({ path }) =>
      rewritten(path, (source) => replaced(source, '__dirname', folderOf('@temporalio/core-bridge'))),
    );
    build.onLoad({ filter: /source-map[\\/]lib[\\/]read-wasm\.js$/ }, ({ path }) =>
      rewritten(path, (source) => replaced(source, '__dirname', `${folderOf('source-map')} + '/lib'`)),
    );
    // Our own and other ES modules: where the file lay, seen from the bundle.
    build.onLoad({ filter: /\.m?js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes('import.meta.url')) return null;
      const place = relative(folder, path);
      const url = `require('node:url').pathToFileURL(require('node:path').join(__dirname, ${JSON.stringify(place)})).href`;
      return { contents: source.replaceAll('import.meta.url', url), loader: 'js' };
    });
  },
});

function withResolvedPaths(path: string, source: string): string {
  const own =
    posix.basename(path) === 'threaded-vm.js' ? replaced(source, thread, 'startWorkflowThread()') : source;
  const folder = dirname(path).slice(path.lastIndexOf('@temporalio'));
  return own.replaceAll(
    /require\.resolve\('(\.[^']*)'\)/g,
    (_, place: string) => `require.resolve('${posix.join(folder, place)}')`,
  );
}

/** As the SDK's own packages find it, which may not be as we do. */
function folderOf(name: string): string {
  const fromSdk = `require('node:module').createRequire(require.resolve('@temporalio/worker/package.json'))`;
  return `require('node:path').dirname(${fromSdk}.resolve('${name}/package.json'))`;
}

async function rewritten(path: string, rewrite: (source: string) => string): Promise<OnLoadResult> {
  return { contents: rewrite(await readFile(path, 'utf8')), loader: 'js' };
}

function replaced(source: string, expected: string, by: string): string {
  if (source.split(expected).length !== 2)
    throw new Error(`The SDK is written otherwise: ${expected} is expected once.`);
  return source.replace(expected, by);
}
