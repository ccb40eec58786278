/** Lays a measurement out as a table of words: one row a lane, the dev server's settings side by side. */
import type { MeasuredLane, Measurement } from './measurement.js';
import { type Column, tableTexts } from './table-texts.js';

export interface LaidOut {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const settingOrder = ['tuned', 'default'] as const;

export function layOut({ table, lanes }: Measurement): LaidOut {
  const { perSettings, once } = tableTexts[table];
  const shown = settingOrder.filter((settings) => lanes.some((lane) => lane.settings === settings));
  const manyProfiles = new Set(lanes.map(({ profile }) => profile)).size > 1;
  const cell = ({ cell }: Column, lane: MeasuredLane | null): string =>
    lane === null
      ? '–'
      : cell(lane, lane.baseline === null ? null : sibling(lanes, lane, { lane: lane.baseline }));
  const rows = lanes
    .filter((lane) => lane.settings === firstSettings(lanes, lane))
    .map((lane) => [
      lane.lane,
      ...(manyProfiles ? [lane.profile] : []),
      ...shown.flatMap((settings) => {
        const measured = sibling(lanes, lane, { settings });
        return perSettings.map((column) => cell(column, measured));
      }),
      ...once.map((column) => cell(column, lane)),
    ]);
  const head = [
    'lane',
    ...(manyProfiles ? ['profile'] : []),
    ...shown.flatMap((settings) => perSettings.map(({ title }) => `${title}, ${settings}`)),
    ...once.map(({ title }) => title),
  ];
  return { head, rows };
}

/** A lane is one row: under the first of its settings. */
function firstSettings(
  lanes: readonly MeasuredLane[],
  of: MeasuredLane,
): MeasuredLane['settings'] | undefined {
  return settingOrder.find((settings) => sibling(lanes, of, { settings }) !== null);
}

function sibling(
  lanes: readonly MeasuredLane[],
  { lane, profile, settings }: MeasuredLane,
  other: Partial<Pick<MeasuredLane, 'lane' | 'settings'>>,
): MeasuredLane | null {
  const wanted = { lane, settings, ...other };
  const found = lanes.find(
    (each) => each.lane === wanted.lane && each.settings === wanted.settings && each.profile === profile,
  );
  return found ?? null;
}
