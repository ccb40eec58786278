import { describe, expect, it } from 'vitest';
import {
  identifyProcess,
  isSameProcess,
  matches,
  type ProcessIdentity,
  parseProcesses,
} from '../../src/stack/processes/process-identity.js';

const recorded: ProcessIdentity = {
  pid: 4711,
  startedAt: '2026-11-23T17:45:41.000Z',
  command: '/bin/temporal server start-dev',
};

describe('the identity of a process', () => {
  it('is pid, start time and command line', () => {
    const listed = ' 4711 Ssl Mon Nov 23 17:45:41 2026 /bin/temporal server start-dev\n';

    expect(parseProcesses(listed).get(4711)).toEqual(recorded);
  });

  it('is not that of a zombie, whatever its pid says', () => {
    expect(parseProcesses('4711 Z Mon Nov 23 17:45:41 2026 [temporal] <defunct>\n').size).toBe(0);
  });

  it('differs when a pid was reused: another start, or another command line', () => {
    expect(matches(recorded, { ...recorded, startedAt: '2026-11-23T17:46:41.000Z' })).toBe(false);
    expect(matches(recorded, { ...recorded, command: 'sleep 300' })).toBe(false);
    expect(matches(recorded, null)).toBe(false);
  });

  it('survives a clock that was put right by a second', () => {
    expect(matches(recorded, { ...recorded, startedAt: '2026-11-23T17:45:42.000Z' })).toBe(true);
  });

  it('holds for a process that runs, and for none that does not', async () => {
    const self = await identifyProcess(process.pid);

    expect(self && (await isSameProcess(self))).toBe(true);
    expect(await identifyProcess(2 ** 22 + 1)).toBeNull();
  });
});
