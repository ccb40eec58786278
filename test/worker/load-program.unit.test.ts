import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { codeCacheOf, writeCodeCache } from '../../src/worker/code-cache.js';
import { readProgram, threadStartedAhead } from '../../src/worker/load-program.js';
import { aTemporaryFolder } from '../stack/a-temporary-folder.js';

const sum = 'exports.sum = (a, b) => a + b;';

async function aProgram(source: string) {
  const folder = await aTemporaryFolder();
  const file = join(folder, 'program.cjs');
  await writeFile(file, source);
  return { folder, file };
}

async function aProgramWithItsCode(source: string) {
  const { file } = await aProgram(source);
  const program = readProgram(file);
  const code = program.script.createCachedData();
  await writeCodeCache(file, program.source, code);
  return { file, code };
}

describe('a program out of one file', () => {
  it('runs as a CommonJS module does', async () => {
    const { folder, file } = await aProgram(
      `const { basename } = require('node:path'); module.exports = [basename(__filename), __dirname];`,
    );

    expect(readProgram(file).run()).toEqual(['program.cjs', folder]);
  });

  it('takes the compiled code beside it', async () => {
    const { file } = await aProgramWithItsCode(sum);

    const program = readProgram(file);

    expect(program.script.cachedDataRejected).toBe(false);
    expect(program.run()).toHaveProperty('sum');
  });

  it('lets V8 pass over code of another version of Node, and runs all the same', async () => {
    const { file, code } = await aProgramWithItsCode(sum);
    // As long as before, and other than before: V8 would remember the same one.
    const other = 'exports.sum = (a, b) => b + a;';
    // V8 keeps its version in the second four bytes.
    code.writeUInt32LE(1, 4);
    await writeFile(file, other);
    await writeCodeCache(file, Buffer.from(other), code);

    const program = readProgram(file);

    expect(program.script.cachedDataRejected).toBe(true);
    expect(program.run()).toHaveProperty('sum');
  });

  it('takes no code of another source, though it be as long', async () => {
    const { file } = await aProgramWithItsCode(sum);
    await writeFile(file, 'exports.dif = (a, b) => a - b;');

    const program = readProgram(file);

    expect(program.script.cachedDataRejected).toBeUndefined();
    expect(program.run()).toHaveProperty('dif');
  });

  it.each([
    ['zeroed in the middle', (file: Buffer) => file.fill(0, file.length / 2, file.length / 2 + 64)],
    ['cut off', (file: Buffer) => file.subarray(0, file.length / 2)],
    ['empty', () => Buffer.alloc(0)],
  ])('takes no code that is %s: V8 would die of it', async (_, damage) => {
    const { file } = await aProgramWithItsCode(sum);
    await writeFile(codeCacheOf(file), damage(await readFile(codeCacheOf(file))));

    const program = readProgram(file);

    expect(program.script.cachedDataRejected).toBeUndefined();
    expect(program.run()).toHaveProperty('sum');
  });

  it('that was not built says what builds it', () => {
    expect(() => readProgram('/nowhere/program.cjs')).toThrow(
      '/nowhere/program.cjs is missing: npm run build makes it.',
    );
  });
});

describe('a Workflow thread started ahead', () => {
  function threads(source: string) {
    const started: Worker[] = [];
    const start = (): Worker => {
      const thread = new Worker(source, { eval: true });
      started.push(thread);
      onTestFinished(() => thread.terminate().then(() => undefined));
      return thread;
    };
    return { started, start };
  }

  it('is there before it is asked for, and handed out once', () => {
    const { started, start } = threads('setInterval(() => {}, 1000)');

    const take = threadStartedAhead(start);

    expect(started).toHaveLength(1);
    expect(take()).toBe(started[0]);
    expect(take()).toBe(started[1]);
  });

  it('answers what was sent to it before it listened', async () => {
    const { start } = threads(
      `const { parentPort } = require('node:worker_threads'); parentPort.on('message', (m) => parentPort.postMessage(m + 1))`,
    );
    const thread = threadStartedAhead(start)();

    thread.postMessage(1);

    expect(await once(thread, 'message')).toEqual([2]);
  });

  it('that failed by then is not handed out: what befalls the next one is for whoever took it', async () => {
    const { started, start } = threads(`throw new Error('broken')`);
    const take = threadStartedAhead(start);
    await new Promise((resolve) => started[0]?.once('exit', resolve));

    const thread = take();

    expect(thread).toBe(started[1]);
    await expect(once(thread, 'exit')).rejects.toThrow('broken');
  });
});
