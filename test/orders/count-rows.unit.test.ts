import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countRows } from '../../src/orders/count-rows.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leftoff-rows-'));
});
afterAll(() => rm(folder, { recursive: true }));

const unstopped = new AbortController().signal;

async function fileOf(text: string, encoding: BufferEncoding = 'utf8'): Promise<string> {
  const file = join(folder, 'orders.csv');
  await writeFile(file, text, encoding);
  return file;
}

describe('counting the rows of a file', () => {
  it.each(['utf8', 'utf16le'] as const)(
    'leaves out the header and blank lines, whatever ends a line, in %s',
    async (encoding) => {
      const file = await fileOf('\ufefforder_id\r\n1\n\n2\r3\r\n\r\n', encoding);

      expect(await countRows(file, unstopped)).toBe(3);
    },
  );

  it('says nothing of what is no regular file, which may have no end, or is not there', async () => {
    expect(await countRows('/dev/zero', unstopped)).toBeNull();
    expect(await countRows(join(folder, 'gone.csv'), unstopped)).toBeNull();
  });

  it('ends when it is stopped, and does not pass what it has for all', async () => {
    await expect(countRows(await fileOf('order_id\n1\n'), AbortSignal.abort())).rejects.toThrow('abort');
  });
});
