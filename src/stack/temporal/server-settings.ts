/**
 * How a local dev server is set: tuned, or as it comes. Nobody can tune a Temporal that isn't theirs, Temporal Cloud for one.
 *
 * S1  What a server was started with counts, not what it would be started with now: its recorded command line is read.
 * S2  The database's SQLite pragmas are the same in both: they are about this machine's disk, which no other server has.
 */
import { dynamicConfig } from './dynamic-config.js';

export type TemporalSettings = 'tuned' | 'default';

/** The arguments that set a server so. */
export function settingArguments(settings: TemporalSettings): readonly string[] {
  return settings === 'default'
    ? []
    : tunedSettings.flatMap((setting) => ['--dynamic-config-value', setting]);
}

/** `mixed`: set by another release of ours; `missing` names what it lacks of the tuned ones. */
export type RunningSettings =
  | { readonly kind: TemporalSettings }
  | { readonly kind: 'mixed'; readonly missing: readonly string[] };

/** What a server runs with, by its command line. */
export function readSettings(command: string): RunningSettings {
  const missing = tunedSettings.filter((setting) => !command.includes(setting));
  if (missing.length === 0) return { kind: 'tuned' };
  return command.includes('--dynamic-config-value') ? { kind: 'mixed', missing } : { kind: 'default' };
}

/** Settings in words. */
export const settingWords: Readonly<Record<RunningSettings['kind'], string>> = {
  tuned: 'tuned settings',
  default: "the dev server's own settings",
  mixed: 'settings of another release',
};

export const tunedSettings: readonly string[] = Object.entries(dynamicConfig).map(
  ([key, value]) => `${key}=${value}`,
);
