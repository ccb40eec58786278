/**
 * Each point at which a kill could hurt, in each lane, many times: nothing lost, nothing doubled, what is met again within its bound.
 *
 *   npm run bench:kill-points -- --times 20 --out kill-points.jsonl
 *   npm run bench:kill-points -- --points 'after the checkpoint,frozen and woken' --lanes step --times 3 --out kill-points.jsonl
 *
 * A kill that is in the file already isn't played again: stopped half-way, the same command goes on. The orders at which they fall are
 * drawn from the seed. Prints a line a point and lane; exit code 1 where anything was lost, or doubled but by the control, or met again
 * more often than the bound. Profile: demo; servers of its own, in a temporary home; workers are processes of their own.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { median } from '../dist/cli/bench/spread.js';
import { type LaneName, laneNamed, laneNameSchema } from '../dist/cli/compare/lanes.js';
import { table } from '../dist/cli/ui/table.js';
import { demo } from '../dist/continuation/timing.js';
import {
  armKill,
  costOfKill,
  type KillPoint,
  killPointSchema,
  missingPoint,
  settingsForKill,
} from '../dist/faults/kill-points.js';
import { revisitBound } from '../dist/faults/revisit-bound.js';
import { drawOrder, seededRandom } from '../dist/faults/seeded-random.js';
import { openCellFile } from './cell-file.js';
import { measure } from './measure.js';
import { type Place, playFault } from './play-fault.js';

const { values } = parseArgs({
  options: {
    points: { type: 'string', default: killPointSchema.options.join(',') },
    lanes: { type: 'string', default: laneNameSchema.options.join(',') },
    times: { type: 'string', default: '20' },
    seed: { type: 'string', default: '23' },
    orders: { type: 'string', default: '50' },
    'item-ms': { type: 'string', default: '10' },
    'checkpoint-every': { type: 'string', default: '5' },
    out: { type: 'string', default: 'kill-points.jsonl' },
  },
});

const killSchema = z.object({
  point: killPointSchema,
  lane: laneNameSchema,
  time: z.int(),
  at: z.int(),
  lost: z.int(),
  doubled: z.int(),
  revisited: z.int(),
  bound: z.int().nullable(),
  killedAt: z.int().nullable(),
  resumedAfter: z.int().nullable(),
  recoveryMs: z.int().nullable(),
  words: z.array(z.string()),
});
type Kill = z.infer<typeof killSchema>;

const seed = Number(values.seed);
const times = Number(values.times);
const settings = {
  orders: Number(values.orders),
  itemMs: Number(values['item-ms']),
  checkpointEvery: Number(values['checkpoint-every']),
};
/** Longest wait after a new execution began, in milliseconds: its first Workflow Task, and the first order of it, lie within. */
const latestMs = 40;
const points = values.points.split(',').map((word) => killPointSchema.parse(word));
const lanes = values.lanes.split(',').map((word) => laneNameSchema.parse(word));

async function play(place: Place, point: KillPoint, laneName: LaneName, time: number): Promise<Kill> {
  const lane = laneNamed(laneName);
  // Two kills, and a batch after them, fit in before the end.
  const at = drawOrder(seed + time, { from: 5, to: settings.orders - 15 });
  const { checkpointEvery } = settings;
  const laterMs = Math.floor(seededRandom(seed + time)() * latestMs);
  const kill = { point, pattern: lane.pattern, checkpointEvery, laterMs };
  const played = await playFault(place, {
    ...{ lane, at, ...settings, timing: settingsForKill(kill) },
    arm: (scene) => armKill(scene, kill),
    strikes: ['worker'],
  });
  const { fallen, proof, resumedAfter, recoveryMs } = played;
  const { most } = revisitBound({
    ...{ lane, checkpointEvery, batchSize: 1, timing: demo, itemMs: settings.itemMs },
    ...costOfKill(point),
  });
  return {
    ...{ point, lane: laneName, time, at, bound: most, killedAt: fallen.position, resumedAfter, recoveryMs },
    ...{ lost: proof.lostCount, doubled: proof.doubledCount, revisited: proof.revisited },
    words: [...fallen.words],
  };
}

function isWrong({ lane, lost, doubled, revisited, bound, killedAt }: Kill): boolean {
  const tooMany = bound !== null && revisited > bound;
  return killedAt === null || lost > 0 || (lane !== 'none' && doubled > 0) || tooMany;
}

const file = await openCellFile(values.out, killSchema);
const cells = points.flatMap((point) => lanes.map((lane) => ({ point, lane })));
const isThere = (point: KillPoint, lane: LaneName, time: number): boolean =>
  file.cells.some((kill) => kill.point === point && kill.lane === lane && kill.time === time);
const wanted = cells
  .filter(({ point, lane }) => missingPoint(point, laneNamed(lane).pattern) === null)
  .flatMap((cell) => Array.from({ length: times }, (_, index) => ({ ...cell, time: index + 1 })))
  .filter(({ point, lane, time }) => !isThere(point, lane, time));
if (wanted.length > 0)
  await measure(async (place) => {
    for (const { point, lane, time } of wanted) {
      process.stderr.write(`${point} × ${lane}, ${time}\n`);
      await file.add(await play(place, point, lane, time));
    }
  });

const ofTheseCells = file.cells.filter(({ time }) => time <= times);
const rows = cells.map(({ point, lane }) => {
  const missing = missingPoint(point, laneNamed(lane).pattern);
  const kills = ofTheseCells.filter((kill) => kill.point === point && kill.lane === lane);
  if (missing !== null) return [point, lane, '–', '', '', '', '', '', ''];
  const sum = (count: (kill: Kill) => number): string =>
    String(kills.reduce((total, kill) => total + count(kill), 0));
  const recoveries = kills.flatMap(({ recoveryMs }) => recoveryMs ?? []);
  const bound = kills[0]?.bound;
  return [
    ...[point, lane, String(kills.length), sum(({ lost }) => lost), sum(({ doubled }) => doubled)],
    String(Math.max(0, ...kills.map(({ revisited }) => revisited))),
    bound === null || bound === undefined ? 'none' : String(bound),
    recoveries.length === 0 ? '–' : String(Math.round(median(recoveries))),
    kills.some(isWrong) ? '✗' : '',
  ];
});
const titles = ['kill', 'lane', 'times', 'lost', 'doubled', 'most met again', 'bound', 'recovery ms', ''];
const columns = titles.map((title, index) => ({ title, align: index < 2 ? 'left' : 'right' }) as const);
process.stdout.write(`${table(columns, rows)}\n`);
const missing = new Set(
  cells.flatMap(({ point, lane }) => missingPoint(point, laneNamed(lane).pattern) ?? []),
);
for (const why of missing) process.stdout.write(`–: ${why}\n`);
const wrong = ofTheseCells.filter(isWrong).length;
process.stdout.write(`seed ${seed}, ${ofTheseCells.length} kills, ${wrong} wrong\n`);
if (wrong > 0) process.exitCode = 1;
