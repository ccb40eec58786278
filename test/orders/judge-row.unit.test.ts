import { describe, expect, it } from 'vitest';
import { csv } from '../../src/continuation/iteration/index.js';
import { judgeRow } from '../../src/orders/judge-row.js';
import { orderColumns } from '../../src/orders/order-row.js';
import { aFile } from '../continuation/iteration/enumerators/a-csv-file.js';
import { itemsAfter } from '../continuation/iteration/enumerators/an-interrupted-run.js';

const header = orderColumns.join();

async function judged(...rows: readonly (string | Buffer)[]) {
  const lines = [header, ...rows].map((row) => Buffer.concat([Buffer.from(row), Buffer.from('\n')]));
  const items = await itemsAfter(csv(aFile(Buffer.concat(lines)), { header: orderColumns }));
  return items.map(judgeRow);
}

describe('a row of an import', () => {
  it('is an order where its five cells are of their types', async () => {
    expect(await judged('17,4,1997-01-01,2,2933')).toEqual([
      {
        kind: 'order',
        line: 2,
        order: { orderId: 17, customerId: 4, orderedOn: '1997-01-01', units: 2, totalCents: 2_933 },
      },
    ]);
  });

  it.each([
    ['17,4,1997-01-01,0,2933', 'units is "0", which is below 1'],
    ['17,4,1997-02-30,2,2933', 'ordered_on is "1997-02-30", which is not a date like 1997-01-18'],
    ['17,4,1997-01-01,2,29.33', 'total_cents is "29.33", which is not a whole number'],
    [
      '99999999999,4,1997-01-01,2,1',
      'order_id is "99999999999", which is above 2147483647, the greatest integer',
    ],
    ['17,4,1997-01-01,2', "can't be read: it has 4 columns where the file has 5"],
    ['17,4,1997-01-01,2,2933,9', "can't be read: it has 6 columns where the file has 5"],
    ['17,"4,1997-01-01,2,2933', "can't be read: a quote is never closed"],
  ])('is broken as %s, with its reason and its beginning', async (row, reason) => {
    expect(await judged('1,4,1997-01-01,2,1', row)).toEqual([
      expect.objectContaining({ kind: 'order' }),
      { kind: 'broken', line: 3, reason, row },
    ]);
  });

  it.each([
    ['9', 'is above 2147483647, the greatest integer'],
    ['-9', 'is below 1'],
  ])('is broken in words with an id of hundreds of digits: %s…', async (first, problem) => {
    const [row] = await judged(`${first}${'9'.repeat(400)},4,1997-01-01,2,1`);

    expect(row).toMatchObject({ kind: 'broken', reason: expect.stringContaining(problem) });
  });

  it('that is no text is broken, and shown with what can be read of it', async () => {
    expect(await judged(Buffer.from([0x31, 0x37, 0x2c, 0xff, 0x2c, 0x31]))).toEqual([
      { kind: 'broken', line: 2, reason: expect.stringContaining('it is not UTF-8'), row: '17,\ufffd,1' },
    ]);
  });

  it('shows nothing that could move a terminal, and no more than what finds it again', async () => {
    const [coloured] = await judged('17,\u001b[31m4,1997-01-01,2,2933');
    const [long] = await judged(`17,${'4'.repeat(1_000)},1997-01-01,2,2933`);

    expect(coloured).toMatchObject({ row: '17,\\u001b[31m4,1997-01-01,2,2933' });
    expect(coloured).toMatchObject({ reason: 'customer_id is "\\u001b[31m4", which is not a whole number' });
    expect(long?.kind === 'broken' && long.row).toHaveLength(201);
  });

  it.each([
    [
      'of five columns',
      '17,"4',
      '4",1997-01-01,2,2933',
      /\(the row is 3 lines long: is a quote never closed\?\)$/,
    ],
    ['of other columns', '17,"4', '4",1997-01-01', /it has 3 columns where the file has 5, over 3 lines/],
  ])('that a quote has made of many lines, %s, says how many', async (_, first, last, reason) => {
    expect(await judged(first, '18,4,1997-01-01,2,1', last)).toEqual([
      { kind: 'broken', line: 2, reason: expect.stringMatching(reason), row: expect.stringMatching(/^17,4/) },
    ]);
  });
});
