import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CompiledWorkflowOptions, WorkflowStartInput } from '@temporalio/client';
import { compileWorkflowOptions } from '@temporalio/client/lib/workflow-options.js';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { WorkerOptions } from '@temporalio/worker';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { limitIterations, runtimeLimitMs } from '../../../src/continuation/iteration/iteration-limits.js';
import { exactEncoding } from '../../../src/continuation/payloads/index.js';
import { exactConverterPath } from '../../../src/continuation/plugin/compose-data-converter.js';
import {
  ActivityNameTakenError,
  BundleWithoutConverterError,
  type Finding,
  type LeftoffOptions,
  leftoff,
} from '../../../src/continuation/plugin/index.js';
import { demo, production } from '../../../src/continuation/timing.js';

const aWorker: WorkerOptions = { taskQueue: 'orders' };
const processOrders = async () => undefined;
const ownConverter = { payloadConverterPath: '/app/own-converter.js' };

/** A plugin whose findings are kept. */
function aPlugin(options: LeftoffOptions = {}) {
  const findings: Finding[] = [];
  return { plugin: leftoff({ report: (finding) => findings.push(finding), ...options }), findings };
}

describe('plugin: Activities', () => {
  it('are added to the Worker’s own', () => {
    const own = async () => undefined;
    const { plugin } = aPlugin({ activities: { processOrders } });

    const { activities } = plugin.configureWorker({ ...aWorker, activities: { own } });

    expect(activities).toEqual({ own, processOrders });
  });

  it('never replace another one of the same name', () => {
    const { plugin } = aPlugin({ activities: { processOrders } });
    const taken = { processOrders: async () => undefined };

    expect(() => plugin.configureWorker({ ...aWorker, activities: taken })).toThrow(ActivityNameTakenError);
  });

  it('are added once where a connection and a Worker have the same plugin', () => {
    const { plugin } = aPlugin({ activities: { processOrders } });

    const { activities } = plugin.configureWorker(plugin.configureWorker(aWorker));

    expect(activities).toEqual({ processOrders });
  });
});

describe('plugin: settings', () => {
  it('set a Worker’s recovery by the production profile, or by the one that is named', () => {
    const byDefault = leftoff().configureWorker(aWorker);
    const named = leftoff({ timing: demo }).configureWorker(aWorker);

    expect(byDefault).toMatchObject({
      shutdownGraceTime: 0,
      stickyQueueScheduleToStartTimeout: production.stickyTimeoutMs,
    });
    expect(named).toMatchObject({ stickyQueueScheduleToStartTimeout: demo.stickyTimeoutMs });
  });

  it('leave a Worker’s own option as it is, and say so once for all its Workers', () => {
    const { plugin, findings } = aPlugin();
    const impatient = { ...aWorker, maxHeartbeatThrottleInterval: '60s' } as const;

    const configured = plugin.configureWorker(impatient);
    plugin.configureWorker(impatient);

    expect(configured.maxHeartbeatThrottleInterval).toBe('60s');
    expect(findings).toMatchObject([{ kind: 'setting overridden', setting: 'maxHeartbeatThrottleInterval' }]);
  });

  describe('time limit of iterations', () => {
    afterEach(() => limitIterations({}));

    it('holds for the process', () => {
      leftoff({ maxRuntimeMs: 60_000 }).configureWorker(aWorker);

      expect(runtimeLimitMs(undefined)).toBe(60_000);
    });

    it('stays what the process has set where the plugin has none', () => {
      limitIterations({ maxRuntimeMs: 5_000 });

      leftoff().configureWorker(aWorker);

      expect(runtimeLimitMs(undefined)).toBe(5_000);
    });
  });

  describe('Workflow Task timeout', () => {
    /** As a Client makes them of what a caller says: a setting that isn't said is there, and undefined. */
    const startOptions = compileWorkflowOptions({ taskQueue: 'orders', workflowId: 'a-run', args: [] });

    /** The options that a run is started with, through the Client's interceptors. */
    async function startedWith(timing: LeftoffOptions['timing'], options: CompiledWorkflowOptions) {
      const { interceptors } = leftoff({ ...(timing ? { timing } : {}) }).configureClient({});
      const workflow = Array.isArray(interceptors?.workflow) ? interceptors.workflow : [];
      let passed = options;
      const next = async (input: WorkflowStartInput) => {
        passed = input.options;
        return 'a-run-id';
      };
      await workflow[0]?.start?.({ workflowType: 'processOrders', headers: {}, options }, next);
      return { passed, interceptors: workflow.length };
    }

    it('is the profile’s where a run has none of its own', async () => {
      const { passed } = await startedWith(demo, startOptions);

      expect(passed.workflowTaskTimeout).toEqual(msToTs(demo.workflowTaskTimeoutMs));
    });

    it('stays a run’s own', async () => {
      const own = msToTs(3_000);

      const { passed } = await startedWith(demo, { ...startOptions, workflowTaskTimeout: own });

      expect(passed.workflowTaskTimeout).toEqual(own);
    });

    it('is left to the server where the profile wants no other', async () => {
      expect(await startedWith(production, startOptions)).toEqual({ passed: startOptions, interceptors: 0 });
    });
  });
});

describe('plugin: payloads', () => {
  const ours = exactConverterPath();
  const aBundle = { workflowsPath: '/app/workflows.js' };

  it('are carried exactly in Worker, replay, Client and bundle', () => {
    const { plugin } = aPlugin();

    expect(plugin.configureWorker(aWorker).dataConverter?.payloadConverterPath).toBe(ours);
    expect(plugin.configureReplayWorker(aBundle).dataConverter?.payloadConverterPath).toBe(ours);
    expect(plugin.configureClient({}).dataConverter).toEqual({ payloadConverterPath: ours });
    expect(plugin.configureBundler(aBundle).payloadConverterPath).toBe(ours);
  });

  it('keep the user’s codecs and failure converter', () => {
    const codec = { encode: async () => [], decode: async () => [] };
    const own = { payloadCodecs: [codec], failureConverterPath: '/app/failures.js' };

    const { dataConverter } = aPlugin().plugin.configureClient({ dataConverter: own });

    expect(dataConverter).toEqual({ ...own, payloadConverterPath: ours });
  });

  it('are left to a payload converter of the user’s own, which is said once', () => {
    const { plugin, findings } = aPlugin();

    const worker = plugin.configureWorker({ ...aWorker, dataConverter: ownConverter });
    const client = plugin.configureClient({ dataConverter: ownConverter });
    const bundle = plugin.configureBundler({ ...aBundle, ...ownConverter });

    expect([worker.dataConverter, client.dataConverter]).toEqual([ownConverter, ownConverter]);
    expect(bundle.payloadConverterPath).toBe(ownConverter.payloadConverterPath);
    expect(findings).toMatchObject([
      { kind: 'own payload converter', message: expect.stringContaining('/app/own-converter.js') },
    ]);
  });

  it('are as without the plugin where that is asked for', () => {
    const { plugin } = aPlugin({ payloads: 'own' });

    expect(plugin.configureWorker(aWorker).dataConverter).toBeUndefined();
    expect(plugin.configureBundler(aBundle)).not.toHaveProperty('payloadConverterPath');
  });

  describe('in a bundle that was made before', () => {
    async function written(code: string): Promise<{ codePath: string }> {
      const folder = await mkdtemp(join(tmpdir(), 'leftoff-bundle-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      const codePath = join(folder, 'bundle.js');
      await writeFile(codePath, code);
      return { codePath };
    }

    it('must be readable: one that was made without the converter is refused', async () => {
      const { plugin } = aPlugin();

      for (const workflowBundle of [{ code: 'exports = {}' }, await written('exports = {}')])
        expect(() => plugin.configureWorker({ ...aWorker, workflowBundle })).toThrow(
          BundleWithoutConverterError,
        );
    });

    it('are, where the converter is in it', async () => {
      const workflowBundle = await written(`const encoding = '${exactEncoding}';`);

      expect(() => aPlugin().plugin.configureWorker({ ...aWorker, workflowBundle })).not.toThrow();
    });

    it('are not looked for where the user’s own converter stands', () => {
      const options = { ...aWorker, workflowBundle: { code: 'exports = {}' }, dataConverter: ownConverter };

      expect(() => aPlugin().plugin.configureWorker(options)).not.toThrow();
    });
  });
});
