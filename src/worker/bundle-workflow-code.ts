/** Makes one file of Workflow code, as workers load it. */
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { projectRoot } from '../stack/environment.js';

export async function bundleWorkflows(
  workflowsPath: string,
  workflowInterceptorModules: string[],
): Promise<string> {
  const project = `${projectRoot()}/`;
  const { code } = await bundleWorkflowCode({
    workflowsPath,
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
  return code;
}
