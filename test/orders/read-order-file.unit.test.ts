import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOrderFile } from '../../src/orders/read-order-file.js';
import { cdnowOrdersFile } from '../../src/orders/seed-orders.js';
import { UserError } from '../../src/user-error.js';
import { orderFileOf } from './some-orders.js';

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'leftoff-orders-'));
  file = join(directory, 'orders.csv');
});
afterEach(() => rm(directory, { recursive: true }));

const good = '1,4,1997-01-01,2,2933';

describe('a file of orders', () => {
  it('is the CDNOW sample unless another is named: 6,919 orders of 2,357 customers, 8 with a total of 0', async () => {
    const orders = await readOrderFile(cdnowOrdersFile);

    expect(orders).toHaveLength(6_919);
    expect(new Set(orders.map((order) => order.customerId)).size).toBe(2_357);
    expect(orders.filter((order) => order.totalCents === 0)).toHaveLength(8);
    expect(orders[0]).toEqual({
      orderId: 1,
      customerId: 4,
      orderedOn: '1997-01-01',
      units: 2,
      totalCents: 2_933,
    });
  });

  it.each([
    ['2,4,1997-01-18,2,29.73', 'total_cents is "29.73", which is not a whole number'],
    ['2,4,1997-02-30,2,2973', 'ordered_on is "1997-02-30", which is not a date like 1997-01-18'],
    ['2,4,1997-01-18,0,2973', 'units is "0", which is below 1'],
    ['2,4,1997-01-18,2,-1', 'total_cents is "-1", which is below 0'],
    ['2,,1997-01-18,2,2973', 'customer_id is "", which is not a whole number'],
    ['3000000000,4,1997-01-18,2,2973', 'order_id is "3000000000", which is above 2147483647'],
    ['2,4,1997-01-18,2', 'total_cents is missing: found 4 of 5 columns'],
    ['2,4,1997-01-18,2,2973,9', 'column 6 is one too many'],
    ['2,4,0000-01-01,2,2973', 'ordered_on is "0000-01-01", which is in a year 0'],
    ['2,4,\u001b[31mred\u0007,2,2973', 'ordered_on is "\\u001b[31mred\\u0007", which is not a date'],
    [good, 'order_id is 1, which line 2 has already'],
  ])('is refused for the row %s, naming file, line, column and what is wrong', async (row, problem) => {
    await orderFileOf(file, good, '', row);

    await expect(readOrderFile(file)).rejects.toThrow(`${file}, line 4: ${problem}`);
  });

  it('is refused when its columns are not the five', async () => {
    await writeFile(file, 'id,customer\n1,4\n');

    await expect(readOrderFile(file)).rejects.toThrow('line 1: the header is "id,customer"');
  });

  it('is refused when it has no orders', async () => {
    await orderFileOf(file);

    await expect(readOrderFile(file)).rejects.toThrow(`${file} has no orders`);
  });

  it.each([
    ['that does not exist', 'no-such-file.csv'],
    ['that is a folder', '.'],
  ])('%s is the user’s to mend', async (_, name) => {
    await expect(readOrderFile(join(directory, name))).rejects.toBeInstanceOf(UserError);
  });

  it('with an open quote is the user’s to mend', async () => {
    await orderFileOf(file, good, '2,"4,1997-01-18,2,2973');

    await expect(readOrderFile(file)).rejects.toBeInstanceOf(UserError);
  });

  it.each([
    ['CRLF, then LF', ['\r\n', '\n', '\n']],
    ['LF, then CRLF', ['\n', '\r\n', '\n']],
    ['CR, as once on a Mac', ['\r', '\r', '\r']],
  ])('reads alike with mixed line ends, and counts its lines: %s', async (_, [first, second, third]) => {
    const text = `order_id,customer_id,ordered_on,units,total_cents${first}${good}${second}2,4,1997-01-18,2,2973${third}`;
    await writeFile(file, text);
    await expect(readOrderFile(file)).resolves.toHaveLength(2);

    await writeFile(file, `${text}2,4,1997-01-18,2,2973`);
    await expect(readOrderFile(file)).rejects.toThrow('line 4: order_id is 2, which line 3 has already');
  });

  it('reads alike with Windows line ends and a byte order mark', async () => {
    await writeFile(file, `\uFEFForder_id,customer_id,ordered_on,units,total_cents\r\n${good}\r\n`);

    await expect(readOrderFile(file)).resolves.toHaveLength(1);
  });
});
