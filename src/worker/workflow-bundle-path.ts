import { fileURLToPath } from 'node:url';

/** Where the build leaves the Workflow bundle: beside the built code. */
export const workflowBundlePath = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
/** The same Workflows with what traces them around: a worker that traces nothing doesn't load it. */
export const tracedWorkflowBundlePath = fileURLToPath(
  new URL('../workflow-bundle.traced.js', import.meta.url),
);
/** Names the file of another version's Workflow code, for workers that take part in fault experiments. */
export const workflowBundleVariable = 'LEFTOFF_WORKFLOW_BUNDLE';
