import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { csv } from '../../../../src/continuation/iteration/enumerators/csv.js';
import { csvBatches } from '../../../../src/continuation/iteration/enumerators/csv-batches.js';
import { MalformedRowError } from '../../../../src/continuation/iteration/enumerators/csv-errors.js';
import { rowOf } from '../../../../src/continuation/iteration/enumerators/csv-item.js';
import { aFile, lineEnd } from './a-csv-file.js';
import { entriesAfter, itemsAfter, kept } from './an-interrupted-run.js';

// Many small files each; a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000 });

const outcomes = async (text: string | Buffer, options = {}) =>
  (await itemsAfter(csv(aFile(text), options))).map((item) =>
    item.kind === 'row' ? item.row : `line ${item.line}: ${item.error.message}`,
  );

const aLine = fc.constantFrom(
  { good: true, line: '1,a' },
  { good: true, line: '"2","b, or ""c"""' },
  { good: true, line: '3,' },
  { good: false, line: 'one' },
  { good: false, line: '1,2,3' },
  { good: false, line: '1,5" wide' },
  { good: false, line: '1,"a"b' },
);

describe('a malformed row of CSV', () => {
  it('is an item with its line, and costs no row before or after it, wherever it is resumed', async () => {
    const someLines = fc.array(fc.tuple(aLine, lineEnd), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(someLines, fc.constantFrom(0, 4_090), async (lines, padding) => {
        const first = `0,${'x'.repeat(padding)}\n`;
        const file = aFile(`id,note\n${first}${lines.map(([{ line }, end]) => line + end).join('')}`);

        const entries = await entriesAfter(csv(file));

        expect(entries.slice(1).map(({ item }) => [item.kind === 'row', item.line])).toEqual(
          lines.map(([{ good }], i) => [good, i + 3]),
        );
        for (const [i, { cursor }] of entries.entries())
          expect(await entriesAfter(csv(file), kept(cursor))).toEqual(entries.slice(i + 1));
      }),
      { numRuns: 200 },
    );
  });

  it('says the file, the line and what is wrong, and what to do', async () => {
    const [item] = await itemsAfter(csv(aFile('id,note\n1,a,b\n')));
    const error = item?.kind === 'malformed' ? item.error : null;

    expect(error).toBeInstanceOf(MalformedRowError);
    expect(error).toMatchObject({ file: 'orders.csv', line: 2 });
    expect(error?.message).toBe(
      "orders.csv, line 2: the row can't be read, it has 3 columns where the file has 2. Let the run skip it, or correct the file and start a new run.",
    );
  });

  it('is thrown where its row is asked for, so that the error policy decides', async () => {
    const [good, malformed] = await itemsAfter(csv(aFile('id,note\n1,a\n2\n')));

    expect(good && rowOf(good)).toEqual({ id: '1', note: 'a' });
    expect(() => malformed && rowOf(malformed)).toThrow(MalformedRowError);
  });

  it('costs its first line where its quote is never closed, and not the rest of the file', async () => {
    expect(await outcomes('id,note\n1,a\n2,"b\n3,c\n4,d\n')).toEqual([
      { id: '1', note: 'a' },
      expect.stringContaining("line 3: orders.csv, line 3: the row can't be read, a quote is never closed"),
      { id: '3', note: 'c' },
      { id: '4', note: 'd' },
    ]);
  });

  it('costs its first line where its quote is closed by a later row’s', async () => {
    expect(await outcomes('id,note\r\n2,"b\r\n3,"c"\r\n4,d\r\n')).toEqual([
      expect.stringContaining('goes on after its closing quote'),
      { id: '3', note: 'c' },
      { id: '4', note: 'd' },
    ]);
  });

  it('takes no more memory than its limit, and says so', async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => `${i},x`);
    const file = aFile(`id,note\n"never closed,\n${rows.join('\n')}\n`);

    const items = await itemsAfter(csv(file, { maxRowBytes: 10_000 }));

    expect(items[0]).toMatchObject({ kind: 'malformed', line: 2 });
    expect(items[0]?.kind === 'malformed' && items[0].error.message).toContain('longer than 10000 bytes');
    expect(items).toHaveLength(1 + rows.length);
  });

  it('may be one line without an end', async () => {
    expect(await outcomes('id,note\n1,"a')).toEqual([expect.stringContaining('a quote is never closed')]);
    expect(await outcomes('id,note\n1,"a"b\r')).toEqual([expect.stringContaining('goes on after')]);
  });

  it('is known as the last one, too', async () => {
    const entries = await entriesAfter(csv(aFile('id,note\n1,a\n2,"b\n')));

    expect(entries.map(({ last = false }) => last)).toEqual([false, true]);
  });

  it('is one that isn’t UTF-8, rather than one with other characters in it', async () => {
    const latin1 = Buffer.from('id,note\n1,Zürich\n2,Bern\n', 'latin1');

    expect(await outcomes(latin1)).toEqual([
      expect.stringContaining('it is not UTF-8'),
      { id: '2', note: 'Bern' },
    ]);
    expect(await outcomes(latin1, { encoding: 'latin1' })).toEqual([
      { id: '1', note: 'Zürich' },
      { id: '2', note: 'Bern' },
    ]);
  });

  it('counts among the records, so that numbers stay what they are', async () => {
    const items = await itemsAfter(csv(aFile('id,note\n1,a\n2\n3,c\n')));

    expect(items.map(({ record, line }) => [record, line])).toEqual([
      [1, 2],
      [2, 3],
      [3, 4],
    ]);
  });

  it('stands in its batch with the rows around it', async () => {
    const batches = await itemsAfter(csvBatches(aFile('id,note\n1,a\n2\n3,c\n'), { batchSize: 2 }));

    expect(batches.map((batch) => batch.map(({ kind }) => kind))).toEqual([['row', 'malformed'], ['row']]);
  });

  it.each(['utf16le', 'latin1'] as const)('is passed over in %s, too', async (encoding) => {
    const text = 'id,note\r\né,"b\r\n3,"c"\r\n4,ü\r\n';
    const file = aFile(Buffer.from(text, encoding));

    const entries = await entriesAfter(csv(file, { encoding }));

    expect(entries.map(({ item }) => item.kind)).toEqual(['malformed', 'row', 'row']);
    expect(await itemsAfter(csv(file, { encoding }), entries[0]?.cursor)).toEqual(
      entries.slice(1).map(({ item }) => item),
    );
  });
});
