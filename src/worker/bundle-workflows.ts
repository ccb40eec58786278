/**
 * Build step: bundles the Workflows once, so that a worker starts in about a second instead of bundling at every start.
 *
 * A second bundle has OpenTelemetry's interceptors in it: only a worker that traces loads it.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { tracingInterceptorModules } from './tracing/traced-workflows.js';
import { tracedWorkflowBundlePath, workflowBundlePath } from './workflow-bundle-path.js';

const project = fileURLToPath(new URL('../../', import.meta.url));

await Promise.all([
  bundle(workflowBundlePath, []),
  bundle(tracedWorkflowBundlePath, tracingInterceptorModules()),
]);

async function bundle(path: string, workflowInterceptorModules: string[]): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../workflows/index.js', import.meta.url)),
    workflowInterceptorModules,
    logger: new DefaultLogger('ERROR'),
    // Line numbers without the sources: every Workflow thread parses the map, and a worker's start waits for it.
    webpackConfigHook: (config) => ({
      ...config,
      devtool: 'inline-nosources-source-map',
      // Files by their place in the project: the bundle is published, and the folder that it was built in is nobody's business.
      output: {
        ...config.output,
        devtoolModuleFilenameTemplate: ({ resourcePath }: { readonly resourcePath: string }) =>
          resourcePath.replace(project, './'),
      },
    }),
  });
  await writeFile(path, code);
}
