/**
 * Build step: bundles the Workflows once, so that a worker starts in about a second instead of bundling at every start.
 *
 * A second bundle has OpenTelemetry's interceptors in it: only a worker that traces loads it.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflows } from './bundle-workflow-code.js';
import { tracingInterceptorModules } from './tracing/traced-workflows.js';
import { tracedWorkflowBundlePath, workflowBundlePath } from './workflow-bundle-path.js';

const workflows = fileURLToPath(new URL('../workflows/index.js', import.meta.url));

await Promise.all([
  bundle(workflowBundlePath, []),
  bundle(tracedWorkflowBundlePath, tracingInterceptorModules()),
]);

async function bundle(path: string, interceptorModules: string[]): Promise<void> {
  await writeFile(path, await bundleWorkflows(workflows, interceptorModules));
}
