/** generate-reports on real servers, its worker killed between two months of a customer. The seed's customer 42 has six. */
import { describe, expect, it } from 'vitest';
import { readCheckpoints } from '../../src/continuation/inspection/index.js';
import { proveReports } from '../../src/orders/prove-reports.js';
import { selectReports } from '../../src/orders/select-reports.js';
import { contentsNow, deleteOrdersOf, moreOrdersOf, rowsNow } from '../orders/some-reports.js';
import { ownStage, patterns, type RunToPlay } from './orders-stage.js';

const customer = 42;
const secondMonth = '1997-04';
const thirdMonth = '1997-07';
const allMonths = 96;
const job = 'generate-reports';

const own = ownStage();

/** Killed right after the third month of customer 42 was committed. */
async function aRunKilledWithinCustomer42(run: RunToPlay) {
  const { pool } = own.checkout.database;
  await own.stage.orders({ kind: 'customers' });
  const { upToOrder } = await selectReports(pool);
  const worker = own.stage.startWorker();
  await worker.ready;
  const { fallen } = await own.stage.arm('SIGKILL', customer, 2);
  const runId = await own.stage.startRun({ ...run, job });
  expect(await fallen).toMatchObject({ pid: worker.pid, position: customer });
  return { runId, prove: () => proveReports(pool, { runId, upToOrder }) };
}

describe.each(patterns)('SIGKILL between two months of a customer, in the %s pattern', (pattern) => {
  // In the step pattern history has the month before, in the enumerator pattern the store has this one.
  const store = pattern === 'step' ? 'heartbeat' : 'postgres';
  const kept = pattern === 'step' ? secondMonth : thirdMonth;
  const revisited = pattern === 'step' ? 1 : 0;
  const resumedAfter = { after: 41, within: { parent: customer, inner: kept } };

  it('is resumed within that customer, and leaves the rows of a run that nothing happened to', async () => {
    const { pool } = own.checkout.database;
    const { runId, prove } = await aRunKilledWithinCustomer42({ pattern, store });
    const { run } = await readCheckpoints(own.checkout.temporal, runId);

    own.stage.startWorker();
    const result = await own.stage.end(runId);
    const proof = await prove();
    const rows = await contentsNow(pool);
    const undisturbed = await own.stage.startRun({ pattern, job, batchSize: 10, checkpointEvery: 50 });
    await own.stage.end(undisturbed);

    expect(run.state).toBe('running');
    expect(result.resumptions).toMatchObject([{ resumedAfter, revisited }]);
    expect(result.result).toMatchObject({ customers: 50, months: allMonths, revisited });
    expect(proof).toMatchObject({ reported: allMonths, lostCount: 0, wrongCount: 0, revisited });
    expect(rows).toEqual(await contentsNow(pool));
    expect(await rowsNow(pool)).toEqual(rows.map((row) => `${row}, ${undisturbed}, visited 1`));
  });

  it('loses and doubles nothing of what is left where customers come and go before it is resumed', async () => {
    const { pool } = own.checkout.database;
    const { runId, prove } = await aRunKilledWithinCustomer42({ pattern, store });
    await deleteOrdersOf(pool, customer);
    await deleteOrdersOf(pool, 47);
    await moreOrdersOf(
      pool,
      { customer: 41, on: '1998-06-30' },
      { customer: 44, on: '1997-01-31' },
      { customer: 51, on: '1997-01-01' },
    );

    own.stage.startWorker();
    const result = await own.stage.end(runId);

    expect(result.resumptions).toMatchObject([{ resumedAfter }]);
    expect(result.result).toMatchObject({ customers: 48 });
    expect(await prove()).toMatchObject({
      reported: allMonths - 12,
      lostCount: 0,
      wrongCount: 0,
      revisited: 0,
    });
  });
});

it('SIGKILL within a partition costs that partition what it had in hand, and the whole is right', async () => {
  const run = { pattern: 'enumerator', store: 'postgres', partitions: 3 } as const;
  const { runId, prove } = await aRunKilledWithinCustomer42(run);

  own.stage.startWorker();
  const result = await own.checkout.temporal.workflow.getHandle(runId).result();

  expect(result).toMatchObject({
    ...{ kind: 'all done', total: allMonths, counts: { processed: allMonths, revisited: 0 } },
    result: { customers: 50, months: allMonths, revisited: 0 },
  });
  expect(await prove()).toMatchObject({ reported: allMonths, lostCount: 0, wrongCount: 0, revisited: 0 });
});
