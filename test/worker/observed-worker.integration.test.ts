/** A real worker, watched: what is scraped of it, traced and logged when runs of both patterns end, are stopped, killed and fail. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import getPort from 'get-port';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { metrics } from '../../src/continuation/metrics.js';
import { type BreakableLine, openBreakableLine } from '../../src/faults/breakable-line.js';
import { taskQueue } from '../../src/worker/task-queue.js';
import type { StoreName } from '../../src/workflows/job-settings.js';
import { ownStage, patterns, type RunToPlay } from '../workflows/orders-stage.js';
import { anOtlpReceiver, type OtlpReceiver } from './an-otlp-receiver.js';
import { type RealWorker, type RealWorkers, workersIn } from './real-workers.js';
import { type Scrape, scrape } from './scraped.js';

const own = ownStage();
const stores: readonly StoreName[] = inject('redisUrl') === null ? ['postgres'] : ['redis', 'postgres'];
const project = new URL('../../', import.meta.url);

let receiver: OtlpReceiver;
/** The workers' way to Temporal. */
let line: BreakableLine;
let port: number;
let workers: RealWorkers;
/** What the last worker served at the end, and what the logs of all of them say. */
let seen: Scrape;
let lines: Record<string, unknown>[];
let logged: string;
let stopped: Awaited<ReturnType<typeof handedOver>>;

async function aWorker(): Promise<RealWorker> {
  const worker = workers.start('--profile', 'demo', '--faults', '--metrics', String(port), '--trace');
  await worker.ready;
  return worker;
}

/** Runs one, and another worker goes on with it when this one is stopped or killed at an order. */
async function handedOver(worker: RealWorker, pattern: 'step' | 'enumerator', signal: 'SIGTERM' | 'SIGKILL') {
  await own.stage.orders({ kind: 'quick' });
  const { fallen } = await own.stage.arm(signal, 12);
  const runId = await own.stage.startRun({ pattern, checkpointEvery: 5 });
  await fallen;
  await worker.exited;
  const cursor = await own.stage.lastDone(runId);
  const next = await aWorker();
  await own.stage.end(runId);
  return { runId, cursor, next };
}

/** Small runs, until everything has happened that is to be seen. @returns the worker that is left */
async function playEverything(): Promise<RealWorker> {
  const { next: second } = await handedOver(await aWorker(), 'step', 'SIGKILL');
  stopped = await handedOver(second, 'enumerator', 'SIGTERM');
  const runs: RunToPlay[] = [
    ...patterns.flatMap((pattern) => stores.map((store) => ({ pattern, store, checkpointEvery: 10 }))),
    { pattern: 'step', checkpointEvery: 5, timing: { historyLimit: 20 } },
  ];
  for (const run of runs) {
    await own.stage.orders({ kind: 'quick' });
    await own.stage.end(await own.stage.startRun(run));
  }
  await own.stage.orders({ kind: 'quick' });
  const failing = await own.stage.startRun({ pattern: 'step', checkpointEvery: 50, onError: 'fail' });
  await expect(own.stage.end(failing)).rejects.toThrow();
  // A Workflow's last metrics come with its last task, a moment after its result.
  await untilServed('temporal_workflow_failed');
  await failWorkflowCode();
  line.cut();
  await untilServed('temporal_long_request_failure');
  line.mend();
  return stopped.next;
}

async function untilServed(name: string): Promise<void> {
  await vi.waitFor(async () => expect((await scrape(port)).sum(name)).toBeGreaterThan(0), 10_000);
}

/** As a bad deploy does: the run doesn't fail, its Workflow Tasks do. */
async function failWorkflowCode(): Promise<void> {
  const { workflow } = own.checkout.temporal;
  const stuck = await workflow.start('aWorkflowThatNobodyHas', { taskQueue, workflowId: 'stuck' });
  await untilServed('temporal_workflow_task_execution_failed');
  await stuck.terminate();
}

beforeAll(async () => {
  receiver = await anOtlpReceiver();
  port = await getPort();
  const [host = '', temporalPort] = inject('temporalAddress').split(':');
  line = await openBreakableLine({ host, port: Number(temporalPort) });
  const environment = {
    ...own.checkout.environment,
    TEMPORAL_ADDRESS: `${line.host}:${line.port}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
  };
  workers = workersIn({ environment });
  const last = await playEverything();
  seen = await scrape(port);
  last.signal('SIGTERM');
  await last.exited;
  const folder = join(own.checkout.home, 'logs');
  const files = (await readdir(folder)).filter((name) => /^worker-\d+\.log$/.test(name));
  logged = (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('');
  lines = logged
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
});

afterAll(async () => {
  await workers?.endAll();
  await receiver?.close();
  await line?.close();
});

describe('what a worker serves for Prometheus', () => {
  it('has the items of both patterns', () => {
    for (const pattern of patterns)
      expect(seen.sum(metrics.itemsProcessed.name, { pattern })).toBeGreaterThanOrEqual(60);
  });

  it.each(['heartbeat', 'history', ...stores])('has the checkpoints in %s, and what each took', (store) => {
    const checkpoints = seen.sum(metrics.checkpoints.name, { store });

    expect(checkpoints).toBeGreaterThan(0);
    const measured = seen.sum(`${metrics.checkpointSeconds.name}_count`, { store });
    // Of a checkpoint in history that no batch made, nobody can say what it took.
    if (store === 'history') expect(measured).toBeGreaterThan(0);
    else expect(measured).toBe(checkpoints);
    const seconds = seen.sum(`${metrics.checkpointSeconds.name}_sum`, { store });
    expect(seconds / measured).toBeLessThan(store === 'heartbeat' ? 0.01 : 2);
  });

  it('has what a store keeps of each item, in both patterns', () => {
    for (const pattern of patterns)
      expect(seen.sum(metrics.checkpoints.name, { pattern, store: 'postgres' })).toBeGreaterThanOrEqual(61);
  });

  it('has the interruption of a worker that is gone, by its reason, and where its work was picked up', () => {
    const work = { pattern: 'enumerator', iteration: 'processOrders' };

    expect(seen.sum(metrics.interruptions.name, { ...work, reason: 'worker stopping' })).toBe(1);
    expect(seen.sum(metrics.resumptions.name, { ...work, source: 'history' })).toBe(1);
  });

  it('has the run that went on as new, why, and how long its history was', () => {
    expect(seen.sum(metrics.continuations.name, { reason: 'history limit' })).toBeGreaterThan(0);
    expect(seen.sum(`${metrics.historyEvents.name}_count`)).toBeGreaterThan(0);
  });

  it('tells the same error at the same cursor from another one', () => {
    expect(seen.sum(metrics.errors.name, { kind: 'again' })).toBeGreaterThan(0);
  });

  it('says nothing of which run, which item or which words', () => {
    for (const { name, labels } of seen.samples.filter(({ name }) => name.startsWith('leftoff_')))
      for (const [label, value] of Object.entries(labels)) {
        expect(`${name} ${label}`).not.toMatch(/cursor|workflow_?id|run_?id|error$/i);
        expect(value).not.toContain(stopped.runId);
      }
  });
});

describe('what is said of metrics', () => {
  const documented = async (path: string): Promise<string[]> => {
    const text = await readFile(new URL(path, project), 'utf8');
    const names = text.match(/\b(?:leftoff|temporal)_[a-z_]+[a-z]\b/g) ?? [];
    return [...new Set(names)];
  };
  /** A histogram's series have suffixes. */
  const isServed = (name: string) =>
    seen.names.has(name) || seen.names.has(name.replace(/_(bucket|sum|count)$/, ''));

  it.each(['docs/operations.md', 'deploy/prometheus/alerts.yml'])(
    'is true: each name in %s is one that a worker serves',
    async (path) => {
      const names = await documented(path);

      expect(names.length).toBeGreaterThan(10);
      expect(names.filter((name) => !isServed(name))).toEqual([]);
    },
  );

  it('has room for each threshold: what an alert looks for is below the highest bucket that is served', async () => {
    const rules = await readFile(new URL('deploy/prometheus/alerts.yml', project), 'utf8');
    const thresholds = [...rules.matchAll(/histogram_quantile\(.*?(\w+_bucket)\b.* > ([\d.]+)$/gm)];
    const highest = (name: string) => {
      const bounds = seen.samples
        .filter((sample) => sample.name === name)
        .map(({ labels }) => Number(labels.le));
      return Math.max(...bounds.filter(Number.isFinite));
    };

    expect(thresholds).toHaveLength(rules.match(/histogram_quantile/g)?.length ?? 0);
    for (const [, name = '', threshold] of thresholds)
      expect(highest(name), name).toBeGreaterThan(Number(threshold));
  });

  it('leaves none of the library’s out', async () => {
    const names = await documented('docs/operations.md');

    expect(Object.values(metrics).filter(({ name }) => !names.includes(name))).toEqual([]);
  });
});

describe('what a worker traces', () => {
  it('joins each Activity to its Workflow, also one at another worker than before', () => {
    const ofRun = receiver.spans.filter(({ attributes }) => attributes.temporalWorkflowId === stopped.runId);
    const named = (start: string) => ofRun.filter(({ name }) => name.startsWith(start));
    const [workflow] = named('RunWorkflow');

    expect(new Set(ofRun.map(({ traceId }) => traceId)).size).toBe(1);
    expect(named('StartActivity').map(({ parentSpanId }) => parentSpanId)).toEqual([
      workflow?.spanId,
      workflow?.spanId,
    ]);
    expect(named('RunActivity').map(({ parentSpanId }) => parentSpanId)).toEqual(
      named('StartActivity').map(({ spanId }) => spanId),
    );
  });

  it('says where an Activity began and ended, and why it was interrupted', () => {
    const [interrupted, next] = receiver.spans.filter(
      ({ name, attributes }) =>
        name === 'RunActivity:processOrders' && attributes.temporalWorkflowId === stopped.runId,
    );

    expect(interrupted).toMatchObject({
      attributes: {
        'leftoff.pattern': 'enumerator',
        'leftoff.cursor.start': 'null',
        'leftoff.cursor.end': String(stopped.cursor),
        'leftoff.interruption': 'worker stopping',
        'leftoff.processed': stopped.cursor,
      },
      events: ['interrupted'],
    });
    expect(next?.attributes).toMatchObject({ 'leftoff.cursor.start': String(stopped.cursor) });
  });
});

describe('what a worker logs', () => {
  it.each(['Resumed', 'Interrupted', 'Completed', 'An item failed', 'Step failed'])(
    'says of which run, where it stood and at which attempt: %s',
    (msg) => {
      const told = lines.filter((line) => line.msg === msg);

      expect(told).not.toEqual([]);
      for (const line of told) {
        expect(Object.keys(line)).toEqual(
          expect.arrayContaining(['time', 'level', 'workflowId', 'runId', 'workflowType', 'cursor']),
        );
        if (line.sdkComponent === 'activity')
          expect(Object.keys(line)).toEqual(expect.arrayContaining(['activityType', 'attempt']));
      }
    },
  );

  it('has no password in any line', () => {
    const { password } = new URL(own.checkout.database.url);

    expect(logged).not.toMatch(/:\/\/[^\s:@/"]*:(?!\*\*\*)[^\s@/"]+@/);
    if (password !== '') expect(logged).not.toContain(password);
  });
});

describe('a worker', () => {
  it('whose port for metrics is taken says so, and what to do', async () => {
    const taken = new URL(receiver.endpoint).host;
    const worker = workers.start('--profile', 'demo', '--metrics', taken);

    expect(await worker.exited).toEqual({ code: 1, signal: null });
    expect(worker.lines.join('\n')).toMatch(
      `can't serve its metrics at ${taken}: another process listens there`,
    );
    expect(worker.lines.at(-1)).toMatch('--metrics <port>');
  });

  it('with its log on stdout writes nothing but JSON there', async () => {
    const worker = workers.start('--profile', 'demo', '--log', 'stdout');
    await worker.ready;
    worker.signal('SIGTERM');
    await worker.exited;

    const events = worker.lines.map((line) => JSON.parse(line).event);
    expect(events).toEqual(expect.arrayContaining(['ready', 'stopping', 'stopped']));
  });
});
