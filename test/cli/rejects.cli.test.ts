import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginImport } from '../../src/orders/begin-import.js';
import { importRows } from '../../src/orders/import-rows.js';
import { migrate } from '../../src/orders/migrate.js';
import { aCheckout, type Checkout } from '../servers/a-checkout.js';

let checkout: Checkout;
beforeAll(async () => {
  checkout = await aCheckout();
  await migrate(checkout.database.url);
  const { pool } = checkout.database;
  for (const [runId, lines] of [
    ['import-step-1', [7]],
    ['import-step-2', [3, 12, 40]],
  ] as const) {
    const importId = await beginImport(pool, { runId, chain: runId, file: '/data/orders.csv' });
    const rows = lines.map(
      (line) =>
        ({ kind: 'broken', line, reason: 'units is "0", which is below 1', row: `${line},7` }) as const,
    );
    await importRows(pool, { runId, importId, rows });
  }
});
afterAll(() => checkout.cleanUp());

describe('rejects', () => {
  it('lists what the newest import rejected, each with its line, its reason and its row, and says how many more', async () => {
    const { stdout, exitCode } = await checkout.leftoff('rejects', '--limit', '2');

    expect({ lines: stdout.split('\n'), exitCode }).toEqual({
      lines: [
        'import-step-2  /data/orders.csv',
        '  0 orders imported, 3 rows rejected',
        '',
        '  line  3  units is "0", which is below 1',
        '           3,7',
        '  line 12  units is "0", which is below 1',
        '           12,7',
        '  … 1 more row (--limit shows them)',
      ],
      exitCode: 0,
    });
  });

  it('of a run that is named, as one JSON document', async () => {
    const { stdout } = await checkout.leftoff('rejects', 'import-step-1', '--json');

    expect(JSON.parse(stdout)).toEqual({
      ...{ workflowId: 'import-step-1', file: '/data/orders.csv', imported: 0, rejected: 1 },
      rejects: [{ line: 7, reason: 'units is "0", which is below 1', row: '7,7' }],
    });
  });

  it('names the runs that a prefix could mean, and the way to one where there is none', async () => {
    const [two, none] = await Promise.all([
      checkout.leftoff('rejects', 'import-step'),
      checkout.leftoff('rejects', 'orders'),
    ]);

    expect(two).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('import-step-2, import-step-1'),
    });
    expect(none).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('run step:import-orders') });
  });
});
