import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { batched } from '../../../../src/continuation/iteration/enumerators/batched.js';
import { type CsvOptions, csv } from '../../../../src/continuation/iteration/enumerators/csv.js';
import { csvBatches } from '../../../../src/continuation/iteration/enumerators/csv-batches.js';
import { CsvHeaderError } from '../../../../src/continuation/iteration/enumerators/csv-errors.js';
import {
  type CsvFile,
  localFile,
  type OpenCsvFile,
} from '../../../../src/continuation/iteration/enumerators/csv-file.js';
import { nested } from '../../../../src/continuation/iteration/enumerators/nested.js';
import { times } from '../../../../src/continuation/iteration/enumerators/times.js';
import { aFile, aLatin1Value, aValue, lineEnd, written } from './a-csv-file.js';
import { entriesAfter, itemsAfter, kept, runInterrupted } from './an-interrupted-run.js';

// Many small files each; a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000 });

const columns = ['id', 'note'] as const;

/** Rows as they are meant, and a file that has them: with blank lines, mixed line ends, needless quotes, across pieces. */
const aTable = ({ value = aValue, delimiter = ',', mark = fc.boolean() } = {}) =>
  fc
    .record({
      rows: fc.array(
        fc.record({
          id: value,
          note: value,
          always: fc.boolean(),
          end: lineEnd,
          blank: fc.constantFrom('', '', '', '\n', '\r\n\r\n'),
        }),
        { maxLength: 8 },
      ),
      // The first pieces that are read have 4 KiB: what follows the first row lies around their border.
      padding: fc.oneof(fc.constant(0), fc.integer({ min: 4_050, max: 4_096 })),
      endsWithLineEnd: fc.boolean(),
      marked: mark,
    })
    .map(({ rows, padding, endsWithLineEnd, marked }) => {
      const all = [
        { id: 'padding', note: 'x'.repeat(padding), always: false, end: '\n', blank: '' },
        ...rows,
      ];
      const lines = all.map(({ id, note, always, end, blank }, i) => {
        const fields = [id, note].map((field) => written(field, { delimiter, always }));
        const isLast = i === all.length - 1;
        return `${fields.join(delimiter)}${isLast && !endsWithLineEnd ? '' : end}${isLast ? '' : blank}`;
      });
      return {
        rows: all.map(({ id, note }) => ({ id, note })),
        text: `${marked ? '\ufeff' : ''}id${delimiter}note\r\n${lines.join('')}`,
      };
    });

const someStops = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });

const rowsOf = async (file: CsvFile, options: CsvOptions = {}) =>
  (await itemsAfter(csv(file, options))).map((item) => (item.kind === 'row' ? item.row : item.error));

describe('csv', () => {
  it('yields every row once and in order, whatever stands in it and wherever it is interrupted', async () => {
    await fc.assert(
      fc.asyncProperty(aTable(), someStops, async ({ rows, text }, stops) => {
        const run = await runInterrupted(() => csv(aFile(text), { header: columns }), stops);

        expect(run.items).toMatchObject(rows.map((row, i) => ({ kind: 'row', row, record: i + 1 })));
        expect(run.items).toHaveLength(rows.length);
      }),
      { numRuns: 800 },
    );
  });

  it('resumes after each row with exactly the rest, numbers and lines included', async () => {
    await fc.assert(
      fc.asyncProperty(aTable(), async ({ text }) => {
        const entries = await entriesAfter(csv(aFile(text)));
        for (const [i, { cursor }] of entries.entries())
          expect(await entriesAfter(csv(aFile(text)), kept(cursor))).toEqual(entries.slice(i + 1));
      }),
      { numRuns: 500 },
    );
  });

  it('resumes in batches, also of another size', async () => {
    const aSize = fc.integer({ min: 1, max: 4 });
    await fc.assert(
      fc.asyncProperty(aTable(), aSize, aSize, async ({ rows, text }, size, nextSize) => {
        const batches = await entriesAfter(csvBatches(aFile(text), { batchSize: size }));
        for (const [i, { cursor }] of batches.entries()) {
          const rest = await itemsAfter(csvBatches(aFile(text), { batchSize: nextSize }), kept(cursor));

          expect(rest.flat().map((item) => item.kind === 'row' && item.row)).toEqual(
            rows.slice((i + 1) * size),
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    { encoding: 'utf16le' as const, value: aValue },
    { encoding: 'latin1' as const, value: aLatin1Value, mark: fc.constant(false) },
  ])('resumes by bytes in $encoding, too', async ({ encoding, ...table }) => {
    await fc.assert(
      fc.asyncProperty(aTable({ ...table, delimiter: ';' }), async ({ rows, text }) => {
        const file = aFile(Buffer.from(text, encoding));
        const entries = await entriesAfter(csv(file, { encoding, delimiter: ';' }));

        expect(entries.map(({ item }) => item.kind === 'row' && item.row)).toEqual(rows);
        for (const [i, { cursor }] of entries.entries())
          expect(await entriesAfter(csv(file, { encoding, delimiter: ';' }), kept(cursor))).toEqual(
            entries.slice(i + 1),
          );
      }),
      { numRuns: 300 },
    );
  });

  it('tells UTF-16 by its byte order mark', async () => {
    expect(await rowsOf(aFile(Buffer.from('\ufeffid\n€ਅ一\n', 'utf16le')))).toEqual([{ id: '€ਅ一' }]);
  });

  it.each([
    ['half a character at its end', Buffer.from('\ufeffid\n1\n\ud834', 'utf16le')],
    ['half a unit at its end', Buffer.concat([Buffer.from('\ufeffid\n1\n2', 'utf16le'), Buffer.of(51)])],
    ['half a character in its midst', Buffer.from('\ufeffid\n1\n\ud834\n2\n', 'utf16le')],
  ])('loses no row of UTF-16 to %s: that row is malformed', async (_, bytes) => {
    const entries = await entriesAfter(csv(aFile(bytes)));
    const kinds = entries.map(({ item }) => item.kind);

    expect(kinds.slice(0, 2)).toEqual(['row', 'malformed']);
    expect(entries[1]?.item).toMatchObject({
      error: { message: expect.stringContaining('it is not UTF-16'), extent: 'known' },
    });
    expect(entries.every(({ cursor }) => cursor.offset <= bytes.length)).toBe(true);
    for (const [i, { cursor }] of entries.entries())
      expect(await entriesAfter(csv(aFile(bytes)), kept(cursor))).toEqual(entries.slice(i + 1));
  });

  it('passes millions of blank lines at a time, and counts each of them', async () => {
    const blank = 3_000_001;
    const [row] = await itemsAfter(csv(aFile(`id\n${'\r\n'.repeat(blank)}1\n`)));

    expect(row).toMatchObject({ kind: 'row', line: blank + 2, record: 1 });
  });

  it('refuses UTF-16 with its bytes the other way round', async () => {
    const file = aFile(Buffer.from('\ufeffid\n1\n', 'utf16le').swap16());

    await expect(rowsOf(file)).rejects.toThrow('Convert it to UTF-8');
  });

  it('takes a byte order mark for no part of the first column’s name', async () => {
    expect(await rowsOf(aFile('\ufeffid,note\n1,a\n'))).toEqual([{ id: '1', note: 'a' }]);
  });

  it('meets no row twice and leaves none out around the one that it resumes after', async () => {
    const file = aFile('id\n1\n2\n3\n');
    const [first, second, third] = await entriesAfter(csv(file));

    const resumedAfter = async (entry: typeof first) => itemsAfter(csv(file), entry?.cursor);

    expect(await resumedAfter(first)).toMatchObject([{ row: { id: '2' } }, { row: { id: '3' } }]);
    expect(await resumedAfter(second)).toMatchObject([{ row: { id: '3' } }]);
    expect(await resumedAfter(third)).toEqual([]);
  });

  it('reads what is left, and not what is done', async () => {
    const rows = Array.from({ length: 40_000 }, (_, i) => `${i},"row ${i}"`);
    const text = `id,note\n${rows.join('\n')}\n`;
    const entries = await entriesAfter(csv(aFile(text)));
    const file = aFile(text);

    const rest = await itemsAfter(csv(file), entries[rows.length * 0.9 - 1]?.cursor);

    const aLook = 20 * 1024;
    expect(rest).toHaveLength(rows.length * 0.1);
    expect(file.read()).toBeLessThan(text.length * 0.1 + aLook);
  });

  it('reads no further than its rows are asked for', async () => {
    const file = aFile(`id\n${'1\n'.repeat(1_000_000)}`);
    const rows = csv(file).after(null)[Symbol.asyncIterator]();

    for (let i = 0; i < 100; i++) await rows.next();
    await rows.return?.();

    expect(file.read()).toBeLessThan(64 * 1024);
  });

  it('holds no more than a piece of its file, however large that is', async () => {
    const file = aFile(`id\n${'1\n'.repeat(60_000)}`);

    for await (const _ of csv(file).after(null));

    expect(file.largest()).toBeLessThanOrEqual(64 * 1024);
  });

  it('names lines as an editor does: blank ones, those within quotes, and every kind of end', async () => {
    const file = aFile('id,note\r\n\r\n1,"a\r\nb\r\nc"\r\n2,d\r3,e\n\n\n4,"f\ng"\n5,h');

    const items = await itemsAfter(csv(file));

    expect(items.map(({ line }) => line)).toEqual([3, 6, 7, 10, 12]);
  });

  it.each([
    ['a row', '2,b'],
    ['a row of many lines', '2,"b\r\nc"'],
    ['one that can’t be read', '2,"b"c'],
    ['one that is too long', `2,${'b'.repeat(100)}`],
  ])('has the line after its last row in the cursor, with or without a line end: %s', async (_, last) => {
    const lineAfter = async (end: string, encoding: 'utf8' | 'utf16le') => {
      const file = aFile(Buffer.from(`id,note\n1,a\n${last}${end}`, encoding));
      return (await entriesAfter(csv(file, { encoding, maxRowBytes: 50 }))).at(-1)?.cursor.line;
    };

    const expected = last.includes('\n') ? 5 : 4;
    for (const encoding of ['utf8', 'utf16le'] as const)
      expect(await Promise.all(['', '\n', '\r\n'].map((end) => lineAfter(end, encoding)))).toEqual([
        ...[expected, expected, expected],
      ]);
  });

  it('says of its last row that it is the last, whatever follows it', async () => {
    const lasts = async (end: string) =>
      (await entriesAfter(csv(aFile(`id\n1\n2${end}`)))).map(({ last = false }) => last);

    expect(await lasts('')).toEqual([false, true]);
    expect(await lasts('\n')).toEqual([false, true]);
    expect(await lasts('\n\r\n\n')).toEqual([false, true]);
  });

  it.each([
    ['an empty file', ''],
    ['a byte order mark alone', '\ufeff'],
    ['blank lines alone', '\n\r\n\n'],
    ['a header alone', 'id,note\n'],
    ['a header alone, without a line end', 'id,note'],
  ])('has no rows in %s', async (_, text) => {
    expect(await rowsOf(aFile(text))).toEqual([]);
  });

  it('has a row in every line where the columns are named and there is no header', async () => {
    const file = aFile('1,a\n2,b\n');

    const [first, second] = await entriesAfter(csv(file, { columns }));

    expect(first?.item).toMatchObject({ kind: 'row', row: { id: '1', note: 'a' }, line: 1, record: 1 });
    expect(await itemsAfter(csv(file, { columns }), first?.cursor)).toEqual([second?.item]);
  });

  it('names a row’s columns for the compiler where it is told them', async () => {
    for (const item of await itemsAfter(csv(aFile('id,note\n1,a\n'), { header: columns }))) {
      if (item.kind !== 'row') throw item.error;
      const note: string = item.row.note;
      // @ts-expect-error there is no such column
      const missing = item.row.units;

      expect([note, missing]).toEqual(['a', undefined]);
    }
  });

  it('refuses a header that isn’t the expected one, and names both', async () => {
    const read = itemsAfter(csv(aFile('\nid,comment\n1,a\n'), { header: columns }));

    await expect(read).rejects.toThrow(CsvHeaderError);
    await expect(read).rejects.toThrow(
      'line 2: the header is ["id","comment"], and ["id","note"] was expected',
    );
  });

  it.each([
    ['two columns of one name', 'id,id\n1,2\n', 'has the column "id" twice'],
    ['a quote that is never closed', 'id,"note\n1,2\n', "can't be read: a quote is never closed"],
  ])('refuses a header with %s', async (_, text, problem) => {
    await expect(rowsOf(aFile(text))).rejects.toThrow(CsvHeaderError);
    await expect(rowsOf(aFile(text))).rejects.toThrow(problem);
  });

  it('takes any name for a column, __proto__ and an empty one too', async () => {
    const [row] = await rowsOf(aFile('__proto__,\n1,2\n'));

    expect(Object.entries(row ?? {})).toEqual([
      ['__proto__', '1'],
      ['', '2'],
    ]);
  });

  it('takes another delimiter and another quote, or none', async () => {
    expect(await rowsOf(aFile('id;note\n1;"a;b"\n'), { delimiter: ';' })).toEqual([{ id: '1', note: 'a;b' }]);
    expect(await rowsOf(aFile("id,note\n1,'a,b'\n"), { quote: "'" })).toEqual([{ id: '1', note: 'a,b' }]);
    expect(await rowsOf(aFile('id\tnote\n1\t"a\n'), { delimiter: '\t', quote: null })).toEqual([
      { id: '1', note: '"a' },
    ]);
  });

  it('changes no value: nothing is trimmed, cast or guessed', async () => {
    expect(await rowsOf(aFile('id,note\n 007 ,"  1e3"\n'))).toEqual([{ id: ' 007 ', note: '  1e3' }]);
  });

  it.each([
    [{ delimiter: '' }],
    [{ delimiter: '\n' }],
    [{ delimiter: '"' }],
    [{ quote: '' }],
    [{ quote: '""' }],
    [{ quote: '\r' }],
    [{ maxRowBytes: 0 }],
  ])('refuses %j', (options) => {
    expect(() => csv('orders.csv', options)).toThrow(RangeError);
  });

  it('refuses columns of one name', () => {
    expect(() => csv('orders.csv', { columns: ['id', 'id'] })).toThrow('two columns have the name "id"');
  });

  it('can stand within another enumerator, or around one', async () => {
    const files = [aFile('id\n1\n2\n3\n'), aFile('id\n'), aFile('id\n4\n')];
    const build = () => nested(times(files.length), (i) => batched(csv(files[i] ?? aFile('')), 2));

    const run = await runInterrupted(build, [1]);

    expect(run.items.map(([file, batch]) => [file, batch.length])).toEqual([
      [0, 2],
      [0, 1],
      [2, 1],
    ]);
  });

  it('closes its file at the end, when it is abandoned, and when it fails', async () => {
    const good = aFile('id\n1\n2\n');
    await itemsAfter(csv(good));
    for await (const _ of csv(good).after(null)) break;
    for await (const _ of csvBatches(good, { batchSize: 1 }).after(null)) break;
    for await (const _ of nested(times(2), () => csv(good)).after(null)) break;
    const bad = aFile('id,id\n');
    await itemsAfter(csv(bad)).catch(() => undefined);

    expect([good.opened(), good.closed()]).toEqual([4, 4]);
    expect([bad.opened(), bad.closed()]).toEqual([1, 1]);
  });

  it('lets go of the file on disk when it is abandoned', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leftoff-csv-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = localFile(join(folder, 'orders.csv'));
    await writeFile(file.name, 'id\n1\n2\n');
    const opened: OpenCsvFile[] = [];
    const watched: CsvFile = {
      name: file.name,
      open: async () => {
        const open = await file.open();
        opened.push(open);
        return open;
      },
    };

    for await (const _ of csv(watched).after(null)) break;

    expect(opened).toHaveLength(1);
    await expect(opened[0]?.read(0, 1)).rejects.toThrow('closed');
  });

  it('opens no file before the first row is asked for', async () => {
    const file = aFile('id\n1\n');

    await csv(file).after(null)[Symbol.asyncIterator]().return?.();

    expect(file.opened()).toBe(0);
  });

  it('reads a file by its path, and resumes in it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leftoff-csv-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'orders.csv');
    await writeFile(path, `id\n${Array.from({ length: 20_000 }, (_, i) => `${i}\n`).join('')}`);
    const run = await runInterrupted(() => csv(path), [7_000]);

    expect(run.items.map((item) => item.kind === 'row' && item.row.id)).toEqual(
      Array.from({ length: 20_000 }, (_, i) => String(i)),
    );
  });

  it('reads nothing but regular files: a folder or a pipe would pass for an empty one', async () => {
    await expect(itemsAfter(csv(tmpdir()))).rejects.toThrow('is no regular file');
    const pipe = join(tmpdir(), `leftoff-pipe-${process.pid}`);
    await promisify(execFile)('mkfifo', [pipe]);
    onTestFinished(() => rm(pipe));
    await expect(itemsAfter(csv(pipe))).rejects.toThrow('is no regular file');
  });
});
