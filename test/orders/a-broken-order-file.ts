/** Files of orders in which every so many rows one is broken, each in another way; what is wrong with which is known. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

export interface BrokenOrderFile {
  /** Rows, broken ones too. */
  readonly rows: number;
  /** One in so many is broken. */
  readonly brokenEvery: number;
  /** Default: 1. */
  readonly firstId?: number;
}

const header = 'order_id,customer_id,ordered_on,units,total_cents';

const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** Of its number in the file alone, but for the id: two files of other ids are alike otherwise. */
const goodRow = (id: number, record: number): string => {
  const day = `1997-${twoDigits((record % 12) + 1)}-${twoDigits((record % 28) + 1)}`;
  return `${id},${(record % 2_357) + 1},${day},${(record % 9) + 1},${record % 10_000}`;
};

/** What each of them is rejected for. */
const kinds: readonly { readonly row: (id: number) => string | Buffer; readonly reason: RegExp }[] = [
  { row: (id) => `${id},7,1997-01-18,0,500`, reason: /units is "0", which is below 1/ },
  { row: (id) => `${id},7,1997-02-30,1,500`, reason: /ordered_on is "1997-02-30", which is not a date/ },
  { row: (id) => `${id},7,1997-01-18,1,5.00`, reason: /total_cents is "5.00", which is not a whole number/ },
  { row: (id) => `${id},7,1997-01-18,1,500,9`, reason: /it has 6 columns where the file has 5/ },
  { row: (id) => `${id},7,1997-01-18,1`, reason: /it has 4 columns where the file has 5/ },
  {
    row: (id) => `${id},"7,1997-01-18,1,500`,
    reason: /a quote is never closed|goes on after its closing quote/,
  },
  {
    row: (id) =>
      Buffer.concat([Buffer.from(`${id},`), Buffer.from([0xff, 0xfe]), Buffer.from(',1997-01-18,1,5')]),
    reason: /it is not UTF-8/,
  },
  // Of the file's first row, which is always a good one.
  { row: () => '', reason: /order_id is \d+, which line 2 has already, with the same values/ },
];

/** What is wrong with the row on this line; null: it is good. */
export function reasonOn(line: number, { brokenEvery }: Pick<BrokenOrderFile, 'brokenEvery'>): RegExp | null {
  const record = line - 1;
  return record % brokenEvery === 0 ? (kindOf(record, brokenEvery)?.reason ?? null) : null;
}

const kindOf = (record: number, brokenEvery: number) => kinds[(record / brokenEvery - 1) % kinds.length];

/** @returns how many of its rows are broken */
export async function writeBrokenOrderFile(
  path: string,
  { rows, brokenEvery, firstId = 1 }: BrokenOrderFile,
): Promise<number> {
  const file = createWriteStream(path);
  file.write(`${header}\n`);
  let broken = 0;
  for (let record = 1; record <= rows; record += 1) {
    const id = firstId + record - 1;
    let row: string | Buffer = goodRow(id, record);
    if (record % brokenEvery === 0) {
      broken += 1;
      row = kindOf(record, brokenEvery)?.row(id) || goodRow(firstId, 1);
    }
    file.write(row);
    if (!file.write('\n')) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  return broken;
}
