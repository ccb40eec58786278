/** The Activities of generate-reports over a real database, played execution by execution as their Workflows would. */
import { DefaultLogger } from '@temporalio/worker';
import { batchRun, iterationRun } from 'leftoff/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkpointStores } from '../../src/activities/checkpoint-stores.js';
import {
  type ReportCursor,
  type ReportsTold,
  type RunOfReports,
  reportActivities,
} from '../../src/activities/generate-reports.js';
import { demo } from '../../src/continuation/timing.js';
import { customerRanges } from '../../src/orders/customer-ranges.js';
import { proveReports } from '../../src/orders/prove-reports.js';
import { selectReports } from '../../src/orders/select-reports.js';
import { deleteOrdersOf, moreOrdersOf, rowsNow, theseOrdersOf } from '../orders/some-reports.js';
import { createTestDatabase, type TestDatabase } from '../servers/test-database.js';

const runId = 'a-run';
const quiet = { workflowId: runId, logger: new DefaultLogger('ERROR', () => undefined) };
const atTheStart = 8;
const places = ['4/1997-01', '4/1997-02', '8/1997-01', '8/1997-03', '8/1997-07', '9/1997-02'];
const allRight = { reported: 6, failed: 0, lostCount: 0, wrongCount: 0 };
const withinCustomer8 = { after: 4, within: { parent: 8, inner: '1997-01' } };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

beforeEach(async () => {
  await theseOrdersOf(
    database.pool,
    ...[4, 4, 4].map((customer, nth) => ({ customer, on: `1997-0${1 + Math.floor(nth / 2)}-11` })),
    ...['01', '03', '03', '07'].map((when) => ({ customer: 8, on: `1997-${when}-30` })),
    { customer: 9, on: '1997-02-28' },
  );
  await database.pool.query('TRUNCATE leftoff_checkpoints');
});

function activitiesNow() {
  const { pool } = database;
  const told: ReportsTold[] = [];
  const around = { faultSeam: null, onReports: (each: ReportsTold) => void told.push(each) };
  return { told, ...reportActivities(pool, around, checkpointStores(pool, null)) };
}

const inputOf = (settings: Partial<RunOfReports>): RunOfReports => ({
  ...{ runId, batchSize: 1, checkpointEvery: 100, itemMs: 0, timing: demo, ...settings },
});

/** A run in one of the patterns; in the step pattern it is the step that writes. */
async function aRun(pattern: 'step' | 'enumerator', settings: Partial<RunOfReports> = {}) {
  const { pool } = database;
  const { told, generateReports, writeReportBatch } = activitiesNow();
  const selection = await selectReports(pool);
  const input = inputOf(settings);
  const run =
    pattern === 'enumerator'
      ? iterationRun(generateReports, input, quiet)
      : batchRun<ReportCursor>((from) => writeReportBatch({ ...input, selection, from }), {
          ...quiet,
          step: 'write',
        });
  return { run, told, prove: () => proveReports(pool, { runId, upToOrder: atTheStart }) };
}

const reported = (told: readonly ReportsTold[]): string[] =>
  told.flatMap(({ reports }) => reports.map(({ customerId, month }) => `${customerId}/${month}`));

describe.each(['step', 'enumerator'] as const)('generate-reports in the %s pattern', (pattern) => {
  it('goes through the customers by id and their months in order, a row each', async () => {
    const { run, told, prove } = await aRun(pattern);

    const end = await run.toTheEnd();

    expect(reported(told)).toEqual(places);
    expect(end).toMatchObject({
      ...(pattern === 'step' ? { total: 6, counts: { processed: 6, revisited: 0 } } : {}),
    });
    expect(await prove()).toMatchObject({ ...allRight, orders: 8, cents: 8_000, revisited: 0 });
  });

  it('resumes within a customer, strictly after the month that was done', async () => {
    const { run, told, prove } = await aRun(pattern);

    const end = await run.stopped({ after: 3 });
    await run.toTheEnd();

    expect('cursor' in end ? end.cursor : end.checkpoint.cursor).toEqual(withinCustomer8);
    expect(reported(told)).toEqual(places);
    expect(await prove()).toMatchObject({ ...allRight, revisited: 0 });
  });

  it('writes the same rows again that a kill left behind the checkpoint, and counts that in them', async () => {
    const { run, prove } = await aRun(pattern);

    await run.stopped({ after: 1 });
    await run.killed({ after: 3 });
    await run.toTheEnd();

    expect(await prove()).toMatchObject({ ...allRight, orders: 8, cents: 8_000, revisited: 3 });
  });

  it('meets nothing again where the row commits with its cursor', async () => {
    const { run, told, prove } = await aRun(pattern, { store: 'postgres' });

    await run.killed({ after: 3 });
    told.length = 0;
    await run.toTheEnd();

    expect(reported(told)).toEqual(places.slice(3));
    expect(await prove()).toMatchObject({ ...allRight, revisited: 0 });
  });

  it('takes batches of rows across customers, and resumes after a whole one', async () => {
    const { run, told, prove } = await aRun(pattern, { batchSize: 4 });

    await run.stopped({ after: 1 });
    await run.toTheEnd();

    expect(told.map(({ reports }) => reports.length)).toEqual([4, 2]);
    expect(await prove()).toMatchObject({ ...allRight, revisited: 0 });
  });

  it.each([
    ['the customer in the cursor', 8, ['9/1997-02']],
    ['a customer before', 4, ['8/1997-03', '8/1997-07', '9/1997-02']],
    ['a customer after', 9, ['8/1997-03', '8/1997-07']],
  ])('goes on at the next one that is there where %s was removed meanwhile', async (_, gone, rest) => {
    const { run, told } = await aRun(pattern);
    await run.stopped({ after: 3 });
    await deleteOrdersOf(database.pool, gone);
    told.length = 0;

    await run.toTheEnd();

    expect(reported(told)).toEqual(rest);
  });

  it('goes on at the next month where the month in the cursor was removed meanwhile', async () => {
    const { run, told } = await aRun(pattern);
    await run.stopped({ after: 4 });
    await deleteOrdersOf(database.pool, 8, '1997-03');
    told.length = 0;

    await run.toTheEnd();

    expect(reported(told)).toEqual(['8/1997-07', '9/1997-02']);
  });

  it('reports nothing of what was ordered after its start: no customer, no month, no order of a month', async () => {
    const { run, told, prove } = await aRun(pattern);
    await run.stopped({ after: 3 });
    await moreOrdersOf(
      database.pool,
      { customer: 1, on: '1997-01-01' },
      { customer: 8, on: '1997-02-01' },
      { customer: 8, on: '1997-07-01' },
      { customer: 10, on: '1997-01-01' },
    );

    await run.toTheEnd();

    expect(reported(told)).toEqual(places);
    expect(told).toHaveLength(places.length);
    expect(await prove()).toMatchObject({ ...allRight, orders: 8, revisited: 0 });
  });

  it('passes a row over that can’t be written, and records why in its place', async () => {
    await withABrokenMonth('8/1997-03', async () => {
      const { run, told, prove } = await aRun(pattern, { onError: 'skip', store: 'postgres' });

      const end = await run.toTheEnd();

      expect(end).toMatchObject(
        pattern === 'step'
          ? { counts: { processed: 5, failed: 1 } }
          : { checkpoint: { counts: { failed: 1 } } },
      );
      expect(await prove()).toMatchObject({ ...allRight, reported: 5, failed: 1 });
      expect(reported(told)).toEqual(places);
      expect(told.flatMap(({ reports }) => reports).filter((report) => 'reason' in report)).toEqual([
        { customerId: 8, month: '1997-03', reason: 'no such month' },
      ]);
      expect(await rowsNow(database.pool)).toContain('8/1997-03: no such month, a-run, visited 1');
    });
  });

  it('fails at a row that can’t be written where it is to fail, with its place kept for when it can', async () => {
    await withABrokenMonth('8/1997-03', async () => {
      const { run, told } = await aRun(pattern, { onError: 'fail' });
      let failure: unknown = null;
      for (let time = 1; time <= 10 && failure === null; time += 1)
        failure = await run.toTheEnd().then(
          () => null,
          (error: unknown) =>
            error instanceof Error && /^The same error/.test(error.message) ? error : null,
        );

      expect(failure).toMatchObject({ nonRetryable: true, details: [{ cursor: withinCustomer8 }] });
      expect(reported(told)).toEqual(places.slice(0, 3));
    });
  });
});

it('a run of generate-reports ends without rows of customers who are gone', async () => {
  const run = iterationRun(activitiesNow().generateReports, inputOf({}), quiet);
  await run.stopped({ after: 4 });
  await deleteOrdersOf(database.pool, 8);

  const { result } = await run.toTheEnd();

  expect(result).toMatchObject({ customers: 2, months: 3 });
  expect((await rowsNow(database.pool)).map((row) => row.split(':')[0])).toEqual([
    ...places.slice(0, 2),
    '9/1997-02',
  ]);
});

describe('a run of generate-reports in partitions', () => {
  it('writes each row once, in whichever partition, and nothing of what is ordered between two of them', async () => {
    const ranges = await customerRanges(database.pool, 2);
    expect(ranges.map(({ total }) => total)).toEqual([2, 4]);
    for (const range of ranges.toReversed()) {
      const run = iterationRun(activitiesNow().generateReports, inputOf({ range }), quiet);
      const { checkpoint } = await run.toTheEnd();
      expect(checkpoint).toMatchObject({ total: range.total, counts: { processed: range.total } });
      await moreOrdersOf(
        database.pool,
        { customer: 4, on: '1997-01-01' },
        { customer: 10, on: '1997-01-01' },
      );
    }

    const proof = await proveReports(database.pool, { runId, upToOrder: atTheStart });
    expect(proof).toMatchObject({ ...allRight, orders: 8 });
  });
});

/** Runs `play` with a database that refuses one row, in the words `no such month`. */
async function withABrokenMonth(place: string, play: () => Promise<void>): Promise<void> {
  const [customer, month] = place.split('/');
  await database.pool.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no such month'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON reports FOR EACH ROW
      WHEN (NEW.customer_id = ${Number(customer)} AND NEW.month = '${month}' AND NEW.reason IS NULL) EXECUTE FUNCTION refuse()`);
  try {
    await play();
  } finally {
    await database.pool.query('DROP TRIGGER refuse ON reports; DROP FUNCTION refuse');
  }
}
