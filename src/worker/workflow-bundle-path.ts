import { fileURLToPath } from 'node:url';

/** Where the build leaves the Workflow bundle: beside the built code. */
export const workflowBundlePath = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
