import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeCacheOf, readProgram } from '../../src/worker/load-program.js';
import { aTemporaryFolder } from '../stack/a-temporary-folder.js';

async function aProgram(source: string) {
  const folder = await aTemporaryFolder();
  const file = join(folder, 'program.cjs');
  await writeFile(file, source);
  return { folder, file };
}

describe('a program out of one file', () => {
  it('runs as a CommonJS module does', async () => {
    const { folder, file } = await aProgram(
      `const { basename } = require('node:path'); module.exports = [basename(__filename), __dirname];`,
    );

    expect(readProgram(file).run()).toEqual(['program.cjs', folder]);
  });

  it('takes the compiled code beside it', async () => {
    const { file } = await aProgram('exports.sum = (a, b) => a + b;');
    const first = readProgram(file);
    first.run();
    await writeFile(codeCacheOf(file), first.script.createCachedData());

    const second = readProgram(file);

    expect(second.script.cachedDataRejected).toBe(false);
    expect(second.run()).toHaveProperty('sum');
  });

  it.each([
    ['another build', 'exports.sum = (a, b) => a + b; exports.longer = true;'],
    // As long as before: all that V8 asks of a source. And other than before, or V8 would remember it.
    ['another version of Node', 'exports.sum = (a, b) => b + a;'],
  ])('passes over compiled code of %s, and runs all the same', async (whose, now) => {
    const { file } = await aProgram('exports.sum = (a, b) => a + b;');
    const code = readProgram(file).script.createCachedData();
    // V8 keeps its version in the second four bytes.
    if (whose === 'another version of Node') code.writeUInt32LE(1, 4);
    await writeFile(codeCacheOf(file), code);
    await writeFile(file, now);

    const program = readProgram(file);

    expect(program.script.cachedDataRejected).toBe(true);
    expect(program.run()).toHaveProperty('sum');
  });

  it('that was not built says what builds it', () => {
    expect(() => readProgram('/nowhere/program.cjs')).toThrow(
      '/nowhere/program.cjs is missing: npm run build makes it.',
    );
  });
});
