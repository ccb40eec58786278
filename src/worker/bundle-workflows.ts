/** Build step: bundles the Workflows once, so that a worker starts in about a second instead of bundling at every start. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { workflowBundlePath } from './workflow-bundle-path.js';

const { code } = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('../workflows/index.js', import.meta.url)),
  logger: new DefaultLogger('ERROR'),
  // Line numbers without the sources: every Workflow thread parses the map, and a worker's start waits for it.
  webpackConfigHook: (config) => ({ ...config, devtool: 'inline-nosources-source-map' }),
});
await writeFile(workflowBundlePath, code);
