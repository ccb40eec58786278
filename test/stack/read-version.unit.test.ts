import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readVersion } from '../../src/stack/downloads/read-version.js';
import { identifyAllProcesses } from '../../src/stack/processes/process-identity.js';
import { aTemporaryFolder } from './a-temporary-folder.js';

async function aProgram(script: string): Promise<string> {
  const path = join(await aTemporaryFolder(), 'temporal');
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

describe('the version of a program', () => {
  it('is the first number with dots that it names', async () => {
    const program = await aProgram('echo "temporal version 1.9.1 (Server 1.32.0)"');

    expect(await readVersion(program)).toEqual({ kind: 'version', version: '1.9.1' });
  });

  it('that fails is none', async () => {
    expect(await readVersion(await aProgram('exit 3'))).toMatchObject({ reason: 'does not run' });
  });

  it('that hangs with its child is waited for until the limit, and leaves neither of them', async () => {
    const lasting = '31.4159';
    const program = await aProgram(`sleep ${lasting}\necho 1.9.1`);

    const answer = await readVersion(program, { limitMs: 200 });

    expect(answer).toEqual({ kind: 'unusable', reason: 'does not name its version within 0.2 s' });
    const commands = [...(await identifyAllProcesses()).values()].map(({ command }) => command);
    expect(commands).not.toContain(`sleep ${lasting}`);
  });

  it('is waited for no longer once the caller calls it off', async () => {
    const program = await aProgram('sleep 27.1828');
    const caller = new AbortController();
    const reason = new Error('Ctrl+C');
    const waiting = readVersion(program, { signal: caller.signal });

    caller.abort(reason);

    await expect(waiting).rejects.toBe(reason);
  });
});
