/** Build step: bundles the Workflows once, so that a worker starts in about a second instead of bundling at every start. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { workflowBundlePath } from './workflow-bundle-path.js';

const project = fileURLToPath(new URL('../../', import.meta.url));

const { code } = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('../workflows/index.js', import.meta.url)),
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
await writeFile(workflowBundlePath, code);
