import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { median } from '../../src/cli/bench/spread.js';
import { pages } from '../../src/cli/pages.js';
import { aBareCheckout, type BareCheckout, leftoffProgram } from '../servers/a-checkout.js';

let checkout: BareCheckout;
beforeAll(async () => {
  checkout = await aBareCheckout();
});
afterAll(() => checkout.cleanUp());

describe('help', () => {
  it('lists every command', async () => {
    const { stdout, exitCode } = await checkout.leftoff('--help');

    expect(exitCode).toBe(0);
    for (const { name } of pages) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  it.each(pages.map(({ name }) => name))('of %s has an example of it', async (name) => {
    const { stdout, stderr, exitCode } = await checkout.leftoff(name, '--help');

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`Example:\n  leftoff ${name}`));
  });

  it.each(pages.map(({ name }) => name))('of %s names --json and --quiet', async (name) => {
    const { stdout } = await checkout.leftoff('help', name);

    expect(stdout).toContain('--json');
    expect(stdout).toContain('--quiet');
  });

  // Against Node's own start, measured beside it: how busy the machine is must not decide. Alone it is 0.1 s.
  it('answers within five starts of a bare Node (medians of five)', async () => {
    const help: number[] = [];
    const bare: number[] = [];
    for (let time = 0; time < 5; time += 1) {
      const started = performance.now();
      await execa(process.execPath, ['--eval', '0']);
      bare.push(performance.now() - started);
      help.push((await checkout.leftoff('--help')).durationMs);
    }

    expect(median(help)).toBeLessThan(5 * median(bare));
  });
});

describe('wrong usage', () => {
  it.each([
    ['an unknown command', ['sed'], "unknown command 'sed'", '(see leftoff --help)'],
    ['an unknown flag', ['seed', '--fast'], "unknown option '--fast'", '(see leftoff seed --help)'],
    ['an argument too many', ['reset', 'all'], 'too many arguments', '(see leftoff reset --help)'],
    ['a negative number', ['seed', '--total', '-5'], 'a whole number from 1', '(see leftoff seed --help)'],
    [
      'a number that is none',
      ['seed', '--total', 'many'],
      'a whole number from 1',
      '(see leftoff seed --help)',
    ],
    [
      'flags that contradict',
      ['seed', '--quick', '--total', '5'],
      'cannot be used with',
      '(see leftoff seed --help)',
    ],
    [
      'an unknown pattern',
      ['run', 'steps:process-orders'],
      'There are step and enumerator',
      'npx leftoff run',
    ],
    [
      'an unknown job',
      ['run', 'step:process-order'],
      'There are process-orders, generate-reports, import-orders',
      'npx leftoff run',
    ],
  ])('%s exits 2, says what is wrong and where the help is', async (_, args, problem, hint) => {
    const { stdout, stderr, exitCode } = await checkout.leftoff(...args);

    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(problem);
    expect(stderr).toContain(hint);
  });

  it('no command at all exits 2 with the help', async () => {
    const { stderr, exitCode } = await checkout.leftoff();

    expect(exitCode).toBe(2);
    expect(stderr).toContain('Usage: leftoff');
  });

  it('a variable that makes no sense exits 2 and names it', async () => {
    const broken = await aBareCheckout({ DATABASE_URL: 'mysql://127.0.0.1/orders' });

    const { stderr, exitCode } = await broken.leftoff('snapshot');

    expect(exitCode).toBe(2);
    expect(stderr).toContain('DATABASE_URL');
  });
});

describe('with everything down', () => {
  it.each([
    ['snapshot', 'PostgreSQL is'],
    ['seed', 'Temporal and PostgreSQL are'],
    ['reset', 'Temporal and PostgreSQL are'],
    ['worker', 'Temporal and PostgreSQL are'],
    ['runs', 'Temporal is'],
    ['status', 'Temporal is'],
    ['checkpoints', 'Temporal is'],
  ])('%s exits 1, says which part it needs, and names `up`', async (name, missing) => {
    const { stdout, stderr, exitCode } = await checkout.leftoff(name);

    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toBe(`✗ ${missing} not running.\n  → npx leftoff up`);
  });
});

describe('output', () => {
  it('has no colours where it is not a terminal', async () => {
    const { stdout, stderr } = await checkout.leftoff('verify');

    expect(stdout + stderr).not.toContain('\x1b');
  });

  it('that nobody reads to its end is no error', async () => {
    const child = spawn(process.execPath, [leftoffProgram, '--help'], { env: checkout.environment });
    let stderr = '';
    child.stderr.on('data', (data) => {
      stderr += String(data);
    });
    child.stdout.destroy();
    const [exitCode] = await once(child, 'close');

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });
});
