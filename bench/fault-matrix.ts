/**
 * Every fault in every lane: what is lost, doubled and met again, and how soon the run is going again.
 *
 *   npm run bench:fault-matrix -- --out faults.jsonl
 *   npm run bench:fault-matrix -- --faults sigkill,zombie --lanes step,enumerator/postgres --out faults.jsonl
 *
 * A cell that is in the file already isn't played again: stopped half-way, the same command goes on. Prints the table; exit code 1 where
 * anything was lost, or doubled but by the control, or met again more often than the lane's bound. Profile: demo; servers of its own,
 * in a temporary home; workers are processes of their own.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type LaneName, laneNamed, laneNameSchema } from '../dist/cli/compare/lanes.js';
import { table } from '../dist/cli/ui/table.js';
import { demo } from '../dist/continuation/timing.js';
import { noteOf } from '../dist/faults/cell-notes.js';
import { costsOfFallen } from '../dist/faults/fault-costs.js';
import { type FaultName, faultNameSchema } from '../dist/faults/fault-names.js';
import { faultNamed, refuseUnstrikeable } from '../dist/faults/faults.js';
import { revisitBound } from '../dist/faults/revisit-bound.js';
import { openCellFile } from './cell-file.js';
import { measure } from './measure.js';
import { type Place, playFault } from './play-fault.js';

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: faultNameSchema.options.join(',') },
    lanes: { type: 'string', default: laneNameSchema.options.join(',') },
    at: { type: 'string', default: '23' },
    orders: { type: 'string', default: '61' },
    'item-ms': { type: 'string', default: '20' },
    'checkpoint-every': { type: 'string', default: '5' },
    'without-workers': { type: 'string', default: '60' },
    out: { type: 'string', default: 'fault-matrix.jsonl' },
  },
});

const cellSchema = z.object({
  fault: faultNameSchema,
  lane: laneNameSchema,
  lost: z.int(),
  doubled: z.int(),
  revisited: z.int(),
  bound: z.int().nullable(),
  formula: z.string(),
  killedAt: z.int().nullable(),
  resumedAfter: z.int().nullable(),
  recoveryMs: z.int().nullable(),
  durationMs: z.int(),
  words: z.array(z.string()),
  note: z.string().nullable(),
});
type Cell = z.infer<typeof cellSchema>;

const at = Number(values.at);
const settings = {
  orders: Number(values.orders),
  itemMs: Number(values['item-ms']),
  checkpointEvery: Number(values['checkpoint-every']),
};
const withoutWorkersMs = Number(values['without-workers']) * 1_000;
const chosenFaults = values.faults.split(',').map((word) => faultNameSchema.parse(word));
const chosenLanes = values.lanes.split(',').map((word) => laneNameSchema.parse(word));

async function play(place: Place, name: FaultName, laneName: LaneName): Promise<Cell> {
  const lane = laneNamed(laneName);
  const fault = faultNamed(name, { withoutWorkersMs });
  refuseUnstrikeable(fault, place.environment);
  try {
    const played = await playFault(place, {
      ...{ lane, at, ...settings },
      prepare: async (scene) => (await fault.prepare?.(scene)) ?? {},
      arm: (scene) => fault.arm(scene),
      strikes: fault.strikes,
    });
    const { fallen, proof, resumptions, ...facts } = played;
    const { most, formula } = revisitBound({
      ...{ lane, checkpointEvery: settings.checkpointEvery, batchSize: 1, timing: demo },
      ...{ itemMs: settings.itemMs, ...costsOfFallen(fallen, { resumptions, timing: demo }) },
    });
    return {
      ...{
        fault: name,
        lane: laneName,
        bound: most,
        formula,
        note: noteOf(name, lane),
        words: [...fallen.words],
      },
      ...{ lost: proof.lostCount, doubled: proof.doubledCount, revisited: proof.revisited },
      ...{ killedAt: fallen.position, resumedAfter: facts.resumedAfter, recoveryMs: facts.recoveryMs },
      durationMs: facts.durationMs,
    };
  } finally {
    await fault.clearAway?.();
  }
}

function isWrong({ lane, lost, doubled, revisited, bound }: Cell): boolean {
  return lost > 0 || (lane !== 'none' && doubled > 0) || (bound !== null && revisited > bound);
}

const number = (value: number | null): string => (value === null ? '–' : String(value));

function row(cell: Cell): string[] {
  const { fault, lane, lost, doubled, revisited, bound, killedAt, resumedAfter, recoveryMs } = cell;
  return [
    ...[
      fault,
      lane,
      String(lost),
      String(doubled),
      String(revisited),
      bound === null ? 'none' : String(bound),
    ],
    ...[number(killedAt), number(resumedAfter), number(recoveryMs), isWrong(cell) ? '✗' : ''],
  ];
}

const file = await openCellFile(values.out, cellSchema);
const wanted = chosenFaults.flatMap((fault) => chosenLanes.map((lane) => ({ fault, lane })));
const find = ({ fault, lane }: Pick<Cell, 'fault' | 'lane'>) =>
  file.cells.find((cell) => cell.fault === fault && cell.lane === lane);
const missing = wanted.filter((cell) => find(cell) === undefined);
if (missing.length > 0)
  await measure(async (place) => {
    for (const { fault, lane } of missing) {
      process.stderr.write(`${fault} × ${lane}\n`);
      await file.add(await play(place, fault, lane));
    }
  });

const cells = wanted.flatMap((cell) => find(cell) ?? []);
const titles = [
  ...[
    'fault',
    'lane',
    'lost',
    'doubled',
    'met again',
    'bound',
    'struck at',
    'resumed after',
    'recovery ms',
    '',
  ],
];
const columns = titles.map((title, index) => ({ title, align: index < 2 ? 'left' : 'right' }) as const);
process.stdout.write(`${table(columns, cells.map(row))}\n`);
const notes = cells.filter(({ note }) => note !== null);
for (const { fault, lane, note } of notes) process.stdout.write(`${fault} × ${lane}: ${note}\n`);
const wrong = cells.filter(isWrong).length;
process.stdout.write(`${cells.length} cells, ${wrong} wrong\n`);
if (wrong > 0) process.exitCode = 1;
