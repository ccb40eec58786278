/**
 * Temporal's time-skipping environment. `TestWorkflowEnvironment.createTimeSkipping()` is all that a project of yours
 * needs; here its server is looked for where this project's others are, and keeps quiet.
 */
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { locateTestServer } from '../../src/stack/locate-test-server.js';

export async function createTestEnvironment(): Promise<TestWorkflowEnvironment> {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
  });
  const { path } = await locateTestServer();
  return TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
}
