/**
 * What a page of rows costs at the beginning of a table and at its end, by different keys, against the ways not taken.
 *
 *   npm run bench:keyset-pages -- --rows 1000000 --page-size 1000 --rounds 3
 *
 * Each of our ways goes through the whole table. The others (an offset, and the OR predicate that a composite key
 * is often written with) are asked for single pages at the same depths. Prints a table, or with --json the numbers.
 * Servers are its own, in a temporary home.
 */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { median } from '../dist/cli/bench/spread.js';
import { openPool } from '../dist/orders/open-pool.js';
import { bringUp } from '../dist/stack/bring-up.js';
import type { RowDatabase } from '../src/continuation/iteration/enumerators/row-database.js';
import { rowRanges } from '../src/continuation/iteration/enumerators/row-ranges.js';
import { type RowsOptions, rows } from '../src/continuation/iteration/enumerators/rows.js';
import { measureAtHome } from './measure.js';
import { MemoryPeak } from './memory-peak.js';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    'page-size': { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const total = Number(values.rows);
const pageSize = Number(values['page-size']);
const rounds = Number(values.rounds);

const say = (line: string): void => void process.stderr.write(`${line}\n`);
await measureAtHome(async (home) => {
  const stack = await bringUp({ onProgress: say });
  const pool = openPool(stack.postgres.url, { max: 2 });
  say(`${total} rows in ${home}`);
  await pool.query(`
    CREATE TABLE keyset_rows (id bigint PRIMARY KEY, at timestamptz NOT NULL, note text NOT NULL);
    INSERT INTO keyset_rows
      SELECT i, '2024-01-01Z'::timestamptz + i / 10 * interval '1 second', 'order ' || md5(i::text)
      FROM generate_series(1, ${total}) i;
    CREATE INDEX keyset_rows_by_time ON keyset_rows (at, id)`);
  await pool.query('VACUUM (ANALYZE) keyset_rows');
  // Else it would fall into one of the ways, and not into the others.
  await pool.query('CHECKPOINT');

  interface Measured {
    readonly way: string;
    readonly plan: string;
    readonly firstMs: number[];
    readonly middleMs: number[];
    readonly lastMs: number[];
    readonly wholeMs: number[];
  }
  const measured = new Map<string, Measured>();
  const noted = (way: string, plan: string): Measured => {
    const found = measured.get(way) ?? {
      way,
      plan,
      firstMs: [],
      middleMs: [],
      lastMs: [],
      wholeMs: [],
    };
    measured.set(way, found);
    return found;
  };

  /** Times each page that is read, and asks the planner about one in the middle. */
  const goThrough = async (way: string, options: RowsOptions, keep: boolean): Promise<void> => {
    const pageMs: number[] = [];
    let middle = { text: '', values: [] as unknown[] };
    const timed: RowDatabase = {
      query: async (statement) => {
        const started = performance.now();
        const answer = await pool.query(statement);
        if (statement.text.endsWith(`LIMIT ${pageSize + 1}`)) {
          pageMs.push(performance.now() - started);
          if (pageMs.length === Math.ceil(total / pageSize / 2)) middle = { ...statement };
        }
        return answer;
      },
    };
    let met = 0;
    const started = performance.now();
    const entries = rows(timed, { text: 'SELECT * FROM keyset_rows' }, { ...options, pageSize }).after(null);
    for await (const entry of entries) if ('item' in entry) met += 1;
    const wholeMs = performance.now() - started;
    if (met !== total) throw new Error(`${way}: ${met} of ${total} rows were met`);
    const plan = await scanOf(middle);
    if (!keep) return;
    const tenth = Math.max(1, Math.floor(pageMs.length / 10));
    const half = Math.floor((pageMs.length - tenth) / 2);
    const line = noted(way, plan);
    line.firstMs.push(median(pageMs.slice(0, tenth)));
    line.middleMs.push(median(pageMs.slice(half, half + tenth)));
    line.lastMs.push(median(pageMs.slice(-tenth)));
    line.wholeMs.push(wholeMs);
  };

  /** Single pages by another way's SQL, at the beginning, in the middle and at the end. */
  const lookAt = async (way: string, pageAt: (row: number) => string, keep: boolean): Promise<void> => {
    const times: number[] = [];
    for (const row of [0, Math.floor(total / 2), total - pageSize - 1]) {
      const text = pageAt(row);
      const each: number[] = [];
      for (let i = 0; i < 3; i += 1) {
        const started = performance.now();
        await pool.query(text);
        each.push(performance.now() - started);
      }
      times.push(median(each));
    }
    const plan = await scanOf({ text: pageAt(Math.floor(total / 2)), values: [] });
    if (!keep) return;
    const line = noted(way, plan);
    const [first = 0, inTheMiddle = 0, last = 0] = times;
    line.firstMs.push(first);
    line.middleMs.push(inTheMiddle);
    line.lastMs.push(last);
  };

  const scanOf = async (statement: { text: string; values: unknown[] }): Promise<string> => {
    const { rows: lines } = await pool.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN (COSTS OFF) ${statement.text}`,
      statement.values,
    );
    const words = lines.map((line) => line['QUERY PLAN'].trim());
    const plan = words.filter((line) => /Sort$|Scan|Index Cond|Filter/.test(line));
    return plan.map((line) => line.replace('->  ', '')).join('; ');
  };

  const keyAt = (row: number) =>
    `'${new Date(Date.UTC(2024, 0, 1) + Math.floor(row / 10) * 1_000).toISOString()}'::timestamptz`;
  const byTime = ['at', 'id'];
  for (let round = 0; round <= rounds; round += 1) {
    // Round 0 warms up: caches, JIT.
    const keep = round > 0;
    await goThrough('rows by (id)', { by: ['id'] }, keep);
    await goThrough('rows by (id), descending', { by: ['id'], order: 'descending' }, keep);
    await goThrough('rows by (at, id)', { by: byTime }, keep);
    await goThrough('rows by (at, id), descending', { by: byTime, order: 'descending' }, keep);
    await lookAt(
      'not taken: OR predicate',
      (row) =>
        `SELECT * FROM keyset_rows WHERE at > ${keyAt(row)} OR (at = ${keyAt(row)} AND id > ${row}) ORDER BY at, id LIMIT ${pageSize}`,
      keep,
    );
    await lookAt(
      'not taken: OFFSET',
      (row) => `SELECT * FROM keyset_rows ORDER BY at, id OFFSET ${row} LIMIT ${pageSize}`,
      keep,
    );
    say(`round ${round}${keep ? '' : ' (warm-up)'}`);
  }

  const rangesMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    await rowRanges(pool, 'keyset_rows', { by: byTime, partitions: 8 });
    rangesMs.push(performance.now() - started);
  }

  /** What is alive in the middle of a page, early and late: garbage doesn't count. */
  const memory = new MemoryPeak();
  const liveHeapMb: number[] = [];
  let met = 0;
  for await (const _ of rows(pool, 'keyset_rows', { pageSize }).after(null)) {
    met += 1;
    if (met === Math.floor(total / 10) || met === Math.floor((total * 9) / 10)) {
      collectGarbage();
      liveHeapMb.push(Number((process.memoryUsage().heapUsed / 1024 ** 2).toFixed(1)));
    }
  }
  const peakMemoryMb = memory.stop();
  await pool.end();

  const ms = (times: readonly number[]): number | null =>
    times.length === 0 ? null : Number(median(times).toFixed(2));
  const result = {
    rows: total,
    pageSize,
    rounds,
    node: process.version,
    liveHeapMb: { afterATenth: liveHeapMb[0], afterNineTenths: liveHeapMb[1] },
    peakMemoryMb,
    eightRangesMs: ms(rangesMs),
    ways: [...measured.values()].map((line) => ({
      way: line.way,
      firstPageMs: ms(line.firstMs),
      middlePageMs: ms(line.middleMs),
      lastPageMs: ms(line.lastMs),
      wholeMs: ms(line.wholeMs),
      plan: line.plan,
    })),
  };
  if (values.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else {
    const cell = (value: number | null): string => String(value ?? '').padStart(12);
    process.stdout.write(
      `${total} rows in pages of ${pageSize}, medians of ${rounds} rounds, Node ${process.version}; a page of the first, middle and last tenth\n`,
    );
    process.stdout.write(
      `${'way'.padEnd(32)}${['first ms', 'middle ms', 'last ms', 'whole ms'].map((title) => title.padStart(12)).join('')}\n`,
    );
    for (const line of result.ways) {
      const { firstPageMs, middlePageMs, lastPageMs, wholeMs } = line;
      const cells = [firstPageMs, middlePageMs, lastPageMs, wholeMs];
      process.stdout.write(`${line.way.padEnd(32)}${cells.map(cell).join('')}\n  ${line.plan}\n`);
    }
    process.stdout.write(`eight ranges by (at, id): ${result.eightRangesMs} ms\n`);
    process.stdout.write(
      `live heap after a tenth and after nine tenths: ${liveHeapMb.join(' and ')} MB; peak memory of the process: ${peakMemoryMb} MB\n`,
    );
  }
});
