import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { identifyProcess } from '../../src/stack/processes/process-identity.js';
import {
  listLostWorkers,
  listNotedPids,
  listWorkers,
  lookAtWorkers,
  removeWorkerRecord,
  type WorkerRecord,
  writeWorkerRecord,
} from '../../src/worker/worker-record.js';
import { aTemporaryFolder } from '../stack/a-temporary-folder.js';

interface NotedWorker {
  readonly home: string;
  readonly record: WorkerRecord;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Ends it hard, and waits until it is gone. */
  readonly kill: () => Promise<void>;
}

/** A process that has a worker's command line and its note in the register, and does nothing. */
async function aNotedWorker(): Promise<NotedWorker> {
  const home = await aTemporaryFolder();
  const program = join(home, 'worker', 'main.js');
  await mkdir(join(home, 'worker'));
  await writeFile(program, 'setInterval(() => {}, 1000)');
  const child = spawn(process.execPath, [program], { stdio: 'ignore' });
  await once(child, 'spawn');
  const gone = once(child, 'exit');
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const own = await identifyProcess(child.pid ?? 0);
  if (own === null) throw new Error('It does not run.');
  const record: WorkerRecord = {
    process: own,
    identity: `${own.pid}@here`,
    profile: 'demo',
    faultSeam: false,
  };
  await writeWorkerRecord(home, record);
  return {
    home,
    record,
    signal: (signal) => void child.kill(signal),
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

describe('the register of workers', () => {
  it('has a worker that was killed among the lost, whoever met its note first', async () => {
    const { home, record, kill } = await aNotedWorker();
    expect(await listWorkers(home)).toEqual([record]);
    await kill();

    expect(await listWorkers(home)).toEqual([]);

    expect(await listLostWorkers(home)).toEqual([record]);
    expect(await listNotedPids(home)).toEqual([]);
  });

  it('has a worker that took its note away nowhere', async () => {
    const { home, record, kill } = await aNotedWorker();
    await removeWorkerRecord(home, record.process.pid);
    await kill();

    expect(await listWorkers(home)).toEqual([]);

    expect(await listLostWorkers(home)).toEqual([]);
  });

  it('forgets a lost worker when another gets its pid', async () => {
    const { home, record, kill } = await aNotedWorker();
    await kill();
    await listWorkers(home);

    await writeWorkerRecord(home, record);

    expect(await listLostWorkers(home)).toEqual([]);
  });

  it('tells whether a worker is frozen', async () => {
    const { home, signal } = await aNotedWorker();
    const frozen = async () => (await lookAtWorkers(home)).map((worker) => worker.frozen);
    expect(await frozen()).toEqual([false]);

    signal('SIGSTOP');
    await expect.poll(frozen).toEqual([true]);

    signal('SIGCONT');
    await expect.poll(frozen).toEqual([false]);
  });
});
