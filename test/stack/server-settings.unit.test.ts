import { describe, expect, it } from 'vitest';
import { readSettings, settingArguments } from '../../src/stack/temporal/server-settings.js';

const startedWith = (settings: readonly string[]) =>
  ['/bin/temporal', 'server', 'start-dev', ...settings].join(' ');

describe('the settings of a local dev server', () => {
  it.each(['tuned', 'default'] as const)('are read back from how it was started: %s', (settings) => {
    expect(readSettings(startedWith(settingArguments(settings)))).toEqual({ kind: settings });
  });

  it('name what a server lacks that another release started', () => {
    const settings = settingArguments('tuned');

    expect(readSettings(startedWith(settings.slice(0, -2)))).toEqual({
      kind: 'mixed',
      missing: [settings.at(-1)],
    });
  });
});
