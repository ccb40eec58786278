import { describe, expect, it } from 'vitest';
import { noteOf } from '../../src/faults/cell-notes.js';
import { faultNameSchema } from '../../src/faults/fault-names.js';
import { faultNamed, listFaults, refuseUnstrikeable } from '../../src/faults/faults.js';
import { readEnvironment } from '../../src/stack/environment.js';
import { UserError } from '../../src/user-error.js';

/** A file that isn't there would be a mistake: this one names nothing. */
const ours = { TEMPORAL_CONFIG_FILE: new URL('../servers/no-profiles.toml', import.meta.url).pathname };
const namingAll = readEnvironment({
  ...ours,
  DATABASE_URL: 'postgres://elsewhere/orders',
  REDIS_URL: 'redis://elsewhere',
  TEMPORAL_ADDRESS: 'elsewhere:7233',
});

const strikingServers = listFaults().filter(({ strikes }) =>
  strikes.some((part) => part === 'redis' || part === 'postgres' || part === 'temporal'),
);

describe('faults', () => {
  it('are listed by their names, each with a title of its own', () => {
    const titles = listFaults().map(({ title }) => title);

    expect(listFaults().map(({ name }) => name)).toEqual(faultNameSchema.options);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it.each(strikingServers)('$name is refused where the environment names the server', (fault) => {
    const refused = () => refuseUnstrikeable(fault, namingAll);

    expect(refused).toThrow(UserError);
    expect(refused).toThrow(/not ours to strike/);
  });

  it.each(listFaults())('$name is played on servers of our own', (fault) => {
    expect(() => refuseUnstrikeable(fault, readEnvironment(ours))).not.toThrow();
  });

  it('that strike workers alone are played on any servers', () => {
    expect(() => refuseUnstrikeable(faultNamed('sigkill'), namingAll)).not.toThrow();
  });

  it('say how long they leave a run without workers', () => {
    expect(faultNamed('no-workers').title).toContain('60 s');
    expect(faultNamed('no-workers', { withoutWorkersMs: 3_000 }).title).toContain('3 s');
  });
});

describe('notes on a cell', () => {
  it.each(faultNameSchema.options)('tell of the control under %s no more than what it does', (fault) => {
    const note = noteOf(fault, { pattern: 'naive', store: 'heartbeat' });

    if (fault === 'none' || fault === 'postgres-slowed') expect(note).toBeNull();
    else expect(note).not.toBeNull();
  });

  it('say of Redis’ faults that they are nothing to a lane that keeps nothing there', () => {
    expect(noteOf('redis-stopped', { pattern: 'step', store: 'heartbeat' })).toMatch(/as under no fault/);
    expect(noteOf('redis-flushed', { pattern: 'enumerator', store: 'postgres' })).toMatch(/as under SIGKILL/);
  });
});
