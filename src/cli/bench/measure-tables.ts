/** Measures the tables that were asked for, on a stack of their own for each of the dev server's settings. */
import type { TemporalSettings } from '../../stack/temporal/server-settings.js';
import { describeMachine, readCommit, readVersions } from './machine.js';
import type { Choice } from './measure-lanes.js';
import type { MeasuredLane, Measurement, TableName } from './measurement.js';
import { onOwnStack } from './on-own-stack.js';
import { tables } from './tables.js';

export interface TablesToMeasure {
  readonly tables: readonly TableName[];
  readonly settings: readonly TemporalSettings[];
  readonly choiceFor: (table: TableName) => Choice;
  /** Repeats all of it. */
  readonly command: string;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

export async function measureTables({
  tables: names,
  settings,
  choiceFor,
  command,
  signal,
  onProgress,
}: TablesToMeasure): Promise<readonly Measurement[]> {
  for (const name of names) tables[name].require?.();
  const commit = await readCommit();
  const lanes = new Map<TableName, MeasuredLane[]>(names.map((name) => [name, []]));
  let versions: Measurement['versions'] = {};
  for (const each of settings)
    await onOwnStack({ signal, onProgress, settings: each }, async (stack) => {
      versions = await readVersions(stack);
      for (const name of names) {
        onProgress(`${name}, ${each} settings`);
        lanes.get(name)?.push(...(await tables[name].measure(stack, choiceFor(name))));
      }
    });
  return names.map((table) => {
    const choice = choiceFor(table);
    return {
      ...{ table, command, commit, versions },
      repeat: choice.repeat,
      quick: choice.quick,
      measuredAt: new Date().toISOString(),
      machine: describeMachine(),
      conditions: { ...tables[table].conditions(choice) },
      lanes: lanes.get(table) ?? [],
    };
  });
}
