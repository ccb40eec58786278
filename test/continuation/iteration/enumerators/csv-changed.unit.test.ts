import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { csv } from '../../../../src/continuation/iteration/enumerators/csv.js';
import {
  type CsvFileChange,
  CsvFileChangedError,
} from '../../../../src/continuation/iteration/enumerators/csv-errors.js';
import { type CsvFile, localFile } from '../../../../src/continuation/iteration/enumerators/csv-file.js';
import { rowOf } from '../../../../src/continuation/iteration/enumerators/csv-item.js';
import { CursorMismatchError } from '../../../../src/continuation/iteration/enumerators/enumerator.js';
import { aFile } from './a-csv-file.js';
import { entriesAfter, itemsAfter } from './an-interrupted-run.js';

const rows = Array.from({ length: 1_000 }, (_, i) => `${i},row number ${i}`);
const text = `id,note\n${rows.join('\n')}\n`;

async function cursorAfterRow(number: number) {
  const entry = (await entriesAfter(csv(aFile(text))))[number - 1];
  if (entry === undefined) throw new Error(`There is no row ${number}.`);
  return entry.cursor;
}

async function resumedIn(file: CsvFile): Promise<unknown> {
  return itemsAfter(csv(file), await cursorAfterRow(900)).then(
    () => null,
    (error: unknown) => error,
  );
}

const changed = (change: CsvFileChange, message: RegExp) =>
  expect.objectContaining({
    name: 'CsvFileChangedError',
    file: 'orders.csv',
    change,
    message: expect.stringMatching(message),
  });

describe('a run in a CSV file that was changed', () => {
  it('is refused where the file has another size, and is told both', async () => {
    expect(await resumedIn(aFile(`${text}1000,one more\n`))).toEqual(
      changed('size', new RegExp(`had ${text.length} bytes .* and has ${text.length + 14} now`)),
    );
  });

  it('is refused where the file begins otherwise', async () => {
    expect(await resumedIn(aFile(text.replace('5,row number 5\n', '5,row number 6\n')))).toEqual(
      changed('beginning', /begins with other bytes/),
    );
  });

  it('is refused where the file has other bytes just before the cursor', async () => {
    const moved = text.replace('700,row number 700\n', '').replace('990,', '990,row number 990, or ');
    const sameSize = moved
      .slice(0, -1)
      .padEnd(text.length - 1, 'x')
      .slice(0, text.length - 1);

    expect(await resumedIn(aFile(`${sameSize}\n`))).toEqual(
      changed('before the cursor', /other bytes before byte \d+ \(line 902\)/),
    );
  });

  it('is refused where the file is gone, as it is on another machine', async () => {
    const error = await resumedIn(localFile('/nowhere/orders.csv'));

    expect(error).toBeInstanceOf(CsvFileChangedError);
    expect(error).toMatchObject({ change: 'missing', cause: { code: 'ENOENT' } });
  });

  it('is refused where the file becomes shorter while it is read', async () => {
    const whole = aFile(text);
    const cut: CsvFile = {
      name: 'orders.csv',
      open: async () => {
        const file = await whole.open();
        return {
          ...file,
          read: async (offset, length) => file.read(offset, Math.min(length, 10_000 - offset)),
        };
      },
    };

    await expect(itemsAfter(csv(cut))).rejects.toEqual(
      changed('size while it was read', /ended at byte 10000 of/),
    );
  });

  it.each([
    ['half a row', 'id,note\n1,a\n2,25', '99,b\n3,c\n', 1],
    ['a header alone', 'id,note\n', '1,a\n', 0],
    ['nothing', '', 'id,note\n1,a\n', 0],
  ])(
    'is refused before its last row where the file is still being written, and had %s',
    async (_, begun, rest, whole) => {
      const met: unknown[] = [];
      let written = begun;
      const growing: CsvFile = {
        name: 'orders.csv',
        open: async () => ({
          ...(await aFile(begun).open()),
          read: async (offset, length) => {
            const bytes = Buffer.from(written).subarray(offset, offset + length);
            written = begun + rest;
            return bytes;
          },
        }),
      };

      const reading = (async () => {
        for await (const entry of csv(growing).after(null)) met.push(entry);
      })();

      await expect(reading).rejects.toEqual(
        changed('size while it was read', /had \d+ bytes when it was opened, and has more now/),
      );
      expect(met).toHaveLength(whole);
    },
  );

  it('is refused where a file of this machine changes while it is read, before any row of the other content', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'leftoff-csv-'));
    try {
      const path = join(directory, 'orders.csv');
      const content = (note: string) =>
        `id,note\n${Array.from({ length: 5_000 }, (_, i) => `${i},${note}`).join('\n')}\n`;
      writeFileSync(path, content('before'));
      utimesSync(path, 0, 0);
      const notes = new Set<string>();

      const reading = (async () => {
        for await (const entry of csv(path, { header: ['id', 'note'] }).after(null)) {
          if ('item' in entry) notes.add(rowOf(entry.item).note);
          if (notes.size === 1) writeFileSync(path, content('after '));
        }
      })();

      await expect(reading).rejects.toMatchObject({ change: 'content while it was read' });
      expect([...notes]).toEqual(['before']);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it.each([
    ['at the cursor alone', 'row number 899\n', 'row number 998\n'],
    ['4 KB before the cursor', 'row number 720\n', 'row number 027\n'],
  ])('is refused where bytes changed %s, the size being the same', async (_, before, now) => {
    expect(await resumedIn(aFile(text.replace(before, now)))).toEqual(
      changed('before the cursor', /other bytes before byte \d+ \(line 902\)/),
    );
  });

  it('goes on with a cursor of releases before, which looked at 64 bytes before the place', async () => {
    const cursor = await cursorAfterRow(900);
    const former = {
      ...cursor,
      before: crc32(Buffer.from(text).subarray(cursor.offset - 64, cursor.offset)),
    };

    expect(await itemsAfter(csv(aFile(text)), former)).toHaveLength(100);
    await expect(
      itemsAfter(csv(aFile(text.replace('row number 899\n', 'row number 998\n'))), former),
    ).rejects.toEqual(changed('before the cursor', /other bytes/));
  });

  /** As an object store has it. */
  const versioned = (content: string, version: string, isGlobal: boolean): CsvFile => ({
    name: 'orders.csv',
    open: async () => ({
      ...(await aFile(content).open()),
      version: { opened: version, now: async () => version, isGlobal },
    }),
  });
  const behind = text.replace('row number 950\n', 'row number 059\n');

  it('is refused at a change behind the cursor where all workers know the file by its version', async () => {
    const [first] = await entriesAfter(csv(versioned(text, 'v1', true)));

    await expect(itemsAfter(csv(versioned(behind, 'v2', true)), first?.cursor)).rejects.toEqual(
      changed('version', /had the version v1 .* and has v2 now/),
    );
    expect(await itemsAfter(csv(versioned(text, 'v1', true)), first?.cursor)).toHaveLength(999);
  });

  it('can’t see, without such a version, a change behind the cursor that keeps the size', async () => {
    const [first] = await entriesAfter(csv(versioned(text, 'v1', false)));

    expect(first?.cursor).not.toHaveProperty('version');
    expect(await itemsAfter(csv(versioned(behind, 'v2', false)), first?.cursor)).toHaveLength(999);
  });

  it('goes on where the file is the same one under another name', async () => {
    const rest = await itemsAfter(csv(aFile(text, 'copy.csv')), await cursorAfterRow(900));

    expect(rest).toHaveLength(100);
  });

  it('leaves a file that never was there to the file system’s own words', async () => {
    await expect(itemsAfter(csv('/nowhere/orders.csv'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is refused with another enumerator’s cursor', async () => {
    // @ts-expect-error an index is no place in a file
    await expect(itemsAfter(csv(aFile(text)), 7)).rejects.toThrow(CursorMismatchError);
  });
});
