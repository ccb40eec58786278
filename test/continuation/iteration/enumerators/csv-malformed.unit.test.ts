import { DefaultLogger } from '@temporalio/worker';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { csv } from '../../../../src/continuation/iteration/enumerators/csv.js';
import { csvBatches } from '../../../../src/continuation/iteration/enumerators/csv-batches.js';
import { MalformedRowError } from '../../../../src/continuation/iteration/enumerators/csv-errors.js';
import { rowOf } from '../../../../src/continuation/iteration/enumerators/csv-item.js';
import { fail, iteration, skip } from '../../../../src/continuation/iteration/index.js';
import { iterationRun } from '../../../../src/continuation/testing/index.js';
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

  it.each([
    ['1,a,b\n', '1,a,b'],
    ['\n\n2,"b\n3,c\n', '2,"b'],
    [`2,${'x'.repeat(5_000)}\n`, `2,${'x'.repeat(198)}`],
    [Buffer.from([0x31, 0x2c, 0xff, 0x0a]), '1,\ufffd'],
  ])('says how it begins, for whoever has to find it: %j', async (row, beginning) => {
    const file = aFile(Buffer.concat([Buffer.from('id,note\n'), Buffer.from(row)]));
    const [item] = await itemsAfter(csv(file, { maxRowBytes: 1_000 }));

    expect(item).toMatchObject({ kind: 'malformed', error: { beginning } });
  });

  it('says over how many lines it goes where a quote has made one row of them', async () => {
    const [item] = await itemsAfter(csv(aFile('id,note\n1,"a\n2,b\n3,c",d\n')));

    expect(item).toMatchObject({
      error: { problem: 'it has 3 columns where the file has 2, over 3 lines (is a quote never closed?)' },
    });
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

  it.each([
    ['in quotes', ['"x\r\n7,"",seven\r\n', '8,eight"'], '\n3,c\n', [['row', 7]]],
    ['with its quote at the end of the file', ['"x\n7,seven\n', '8,eight"'], '', []],
    ['in one line', ['x', 'y'], '\n3,c\n', [['row', 5]]],
  ])(
    'that is larger than its limit is one item up to its real end, and no row of its inside: %s',
    async (_, note, rest, next) => {
      const long = note.join('x'.repeat(200_000));
      for (const encoding of ['utf8', 'utf16le', 'latin1'] as const) {
        const file = aFile(Buffer.from(`id,note\n1,a\n\n2,${long}${rest}`, encoding));

        const entries = await entriesAfter(csv(file, { encoding, maxRowBytes: 1_000 }));
        const items = entries.map(({ item }) => item);

        expect(items.map(({ kind, line }) => [kind, line])).toEqual([['row', 2], ['malformed', 4], ...next]);
        expect(items[1]).toMatchObject({
          error: { extent: 'known', message: expect.stringMatching(/longer than 1000 bytes\. Let the run/) },
        });
        for (const [i, { cursor }] of entries.entries())
          expect(await entriesAfter(csv(file, { encoding, maxRowBytes: 1_000 }), kept(cursor))).toEqual(
            entries.slice(i + 1),
          );
      }
    },
  );

  it.each([
    ['“', '|'],
    ['"', '<>'],
    ["'", '→'],
  ])(
    'that is larger than its limit ends where it does with %s and %s, wherever the file is cut into pieces',
    async (quote, delimiter) => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 3_950, max: 4_150 }),
          fc.array(fc.constantFrom('\n', '\r\n', '\r', 'é', quote + quote, delimiter, 'x'), {
            maxLength: 30,
          }),
          async (padding, inside) => {
            const field = `${quote}${'x'.repeat(padding)}${inside.join('')}${'y'.repeat(5_000)}${quote}`;
            const text = ['id', 'note'].join(delimiter);
            const file = aFile(`${text}\n1${delimiter}${field}\r\n2${delimiter}b\n`);

            const items = await itemsAfter(csv(file, { quote, delimiter, maxRowBytes: 100 }));

            expect(items.map((item) => (item.kind === 'row' ? item.row : item.error.extent))).toEqual([
              'known',
              { id: '2', note: 'b' },
            ]);
          },
        ),
        { numRuns: 200 },
      );
    },
  );

  it.each([
    ['1,2,3', 'known'],
    ['1', 'known'],
    ['1,5" wide', 'guessed'],
    ['1,"a"b', 'guessed'],
    ['1,"a', 'guessed'],
  ])(
    'says of %s whether its extent is known: where it is guessed, rows after it may be its inside',
    async (line, extent) => {
      const [item] = await itemsAfter(csv(aFile(`id,note\n${line}\n`)));

      expect(item).toMatchObject({ kind: 'malformed', error: { extent } });
      expect(item?.kind === 'malformed' && item.error.message.includes('may be pieces of it')).toBe(
        extent === 'guessed',
      );
    },
  );

  it('whose extent is guessed ends a run whose policy passes over only what is known', async () => {
    const charged: string[] = [];
    const text = 'order,note\n1,a,b\n2,"see:\n3,(a row quoted from elsewhere)\nend "quoted" text"\n4,ok\n';
    const run = iterationRun(
      iteration({
        buildEnumerator: () => csv(aFile(text), { header: ['order', 'note'] }),
        eachIteration: async (item) => {
          charged.push(rowOf(item).order);
        },
        onError: (error) => (error instanceof MalformedRowError && error.extent === 'known' ? skip() : fail),
      }),
      {},
      { logger: new DefaultLogger('ERROR', () => undefined) },
    );

    await expect(run.toTheEnd()).rejects.toMatchObject({
      nonRetryable: true,
      details: [{ cursor: { line: 3 }, counts: { processed: 0, failed: 1 } }],
    });
    expect(charged).toEqual([]);
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
