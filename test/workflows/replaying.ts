/** Recorded histories and a bundle to replay them with; what that logs is nobody's concern. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { type History, readHistory } from './history-file.js';

const extension = '.history.json';

export interface Recordings {
  readonly names: readonly string[];
  read(name: string): Promise<History>;
}

/** The histories in this folder, by name. */
export function recordingsIn(folder: URL): Recordings {
  const path = fileURLToPath(folder);
  const names = readdirSync(path)
    .filter((name) => name.endsWith(extension))
    .map((name) => name.slice(0, -extension.length))
    .sort();
  return { names, read: (name) => readHistory(`${path}${name}${extension}`) };
}

/**
 * @param workflows the file with the Workflows of today
 * @param workflowInterceptorModules what else a worker has around them
 */
export async function bundleToReplay(
  workflows: URL,
  workflowInterceptorModules: string[] = [],
): Promise<WorkflowBundleWithSourceMap> {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
  });
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(workflows),
    workflowInterceptorModules,
    logger: new DefaultLogger('ERROR'),
  });
}
