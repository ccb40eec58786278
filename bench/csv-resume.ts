/**
 * What it takes to resume in a large CSV file: all rows once from the beginning, then from the cursor at each share of them.
 * Shows that memory stays flat and that a resume costs what is left, not what is done.
 *
 * @example npm run bench:csv-resume -- --rows 1000000 --json
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../dist/cli/bench/spread.js';
import { csv } from '../src/continuation/iteration/enumerators/csv.js';
import type { CsvCursor } from '../src/continuation/iteration/enumerators/csv-cursor.js';
import { type CsvFile, localFile } from '../src/continuation/iteration/enumerators/csv-file.js';
import { MemoryPeak } from './memory-peak.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const rows = Number(values.rows);
const rounds = Number(values.rounds);
const shares = [0, 0.5, 0.9, 0.99];

/** Rows as orders have them, with some notes that are quoted and have line ends in them. */
async function writeRows(path: string): Promise<void> {
  const file = createWriteStream(path);
  file.write('order_id,customer_id,ordered_on,units,total_cents,note\n');
  for (let id = 1; id <= rows; id++) {
    const note = id % 10 === 0 ? `"left at the door,\r\nsaid ""${id}"""` : `note ${id}`;
    const line = `${id},${(id * 7) % 2357},1997-01-${String((id % 28) + 1).padStart(2, '0')},${(id % 9) + 1},${id % 10_000},${note}\n`;
    if (!file.write(line)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}

/** The same file, and how much of it was read. */
function counted(file: CsvFile): CsvFile & { readonly bytesRead: () => number; readonly size: () => number } {
  let bytesRead = 0;
  let size = 0;
  return {
    name: file.name,
    bytesRead: () => bytesRead,
    size: () => size,
    async open() {
      const open = await file.open();
      size = open.size;
      return {
        size,
        async read(offset, length) {
          const bytes = await open.read(offset, length);
          bytesRead += bytes.length;
          return bytes;
        },
        close: () => open.close(),
      };
    },
  };
}

interface Measured {
  readonly ms: number;
  readonly rows: number;
  readonly bytesRead: number;
  readonly fileBytes: number;
}

/** Takes every row after the cursor; `seen` gets each with its number. */
async function readAfter(
  path: string,
  cursor: CsvCursor | null,
  seen: (record: number, cursor: CsvCursor) => void = () => undefined,
): Promise<Measured> {
  const file = counted(localFile(path));
  const started = performance.now();
  let taken = 0;
  for await (const entry of csv(file).after(cursor)) {
    if ('notNow' in entry || entry.item.kind !== 'row') throw new Error('A row could not be read.');
    taken += 1;
    seen(entry.item.record, entry.cursor);
  }
  return {
    ms: performance.now() - started,
    rows: taken,
    bytesRead: file.bytesRead(),
    fileBytes: file.size(),
  };
}

const bytesPerMb = 1024 * 1024;
const folder = await mkdtemp(join(tmpdir(), 'leftoff-csv-'));
try {
  const path = join(folder, 'orders.csv');
  await writeRows(path);
  const cursors = new Map<number, CsvCursor>();
  await readAfter(path, null, (record, cursor) => {
    if (shares.includes(record / rows)) cursors.set(record / rows, cursor);
  });

  globalThis.gc?.();
  const residentMbAtStart = Math.round(process.memoryUsage.rss() / bytesPerMb);
  const memory = new MemoryPeak();
  const measured = new Map<number, Measured[]>(shares.map((share) => [share, []]));
  // In turns: what else the machine does falls on all alike.
  for (let round = 0; round < rounds; round++)
    for (const share of shares) measured.get(share)?.push(await readAfter(path, cursors.get(share) ?? null));

  const wholeMs = median((measured.get(0) ?? []).map(({ ms }) => ms));
  const lanes = shares.map((share) => {
    const of = measured.get(share) ?? [];
    const ms = median(of.map((one) => one.ms));
    const [first] = of;
    return {
      resumedAfter: share,
      rows: first?.rows ?? 0,
      medianMs: Math.round(ms),
      ofTheWhole: Number((ms / wholeMs).toFixed(3)),
      bytesRead: first?.bytesRead ?? 0,
      ofTheFile: Number(((first?.bytesRead ?? 0) / (first?.fileBytes ?? 1)).toFixed(3)),
    };
  });
  const result = {
    rows,
    fileMb: Math.round((measured.get(0)?.[0]?.fileBytes ?? 0) / bytesPerMb),
    rounds,
    node: process.version,
    residentMbAtStart,
    peakMemoryMb: memory.stop(),
    lanes,
  };
  if (values.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else {
    process.stdout.write(
      `${rows} rows, ${result.fileMb} MB, medians of ${rounds} rounds, Node ${process.version}\n${['resumed after', 'rows left', 'ms', 'of the whole', 'bytes read', 'of the file'].map((title) => title.padStart(14)).join('')}\n`,
    );
    for (const lane of lanes) {
      const cells = [
        `${lane.resumedAfter * 100} %`,
        lane.rows,
        lane.medianMs,
        `${(lane.ofTheWhole * 100).toFixed(1)} %`,
        lane.bytesRead,
        `${(lane.ofTheFile * 100).toFixed(1)} %`,
      ];
      process.stdout.write(`${cells.map((cell) => String(cell).padStart(14)).join('')}\n`);
    }
    process.stdout.write(
      `memory of the process: ${residentMbAtStart} MB before the rounds, ${result.peakMemoryMb} MB at most during them\n`,
    );
  }
} finally {
  await rm(folder, { recursive: true });
}
