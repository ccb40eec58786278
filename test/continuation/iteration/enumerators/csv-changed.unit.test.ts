import { describe, expect, it } from 'vitest';
import { csv } from '../../../../src/continuation/iteration/enumerators/csv.js';
import {
  type CsvFileChange,
  CsvFileChangedError,
} from '../../../../src/continuation/iteration/enumerators/csv-errors.js';
import { type CsvFile, localFile } from '../../../../src/continuation/iteration/enumerators/csv-file.js';
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
