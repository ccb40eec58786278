import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aBareCheckout, aCheckout, type Checkout, leftoffProgram } from '../servers/a-checkout.js';
import { openVisibleScreen, type ScreenSize, type VisibleScreen } from '../servers/a-screen.js';
import { ctrlC } from '../servers/on-a-terminal.js';
import { freshOrders } from './fresh-orders.js';

let checkout: Checkout;
beforeAll(async () => {
  checkout = await aCheckout();
  await freshOrders(checkout);
});
afterAll(() => checkout.cleanUp());

const stage = { columns: 80, rows: 24 };
const pane = { columns: 60, rows: 15 };

function openMonitor(size: ScreenSize, environment = checkout.environment): VisibleScreen {
  return openVisibleScreen({
    program: process.execPath,
    args: [leftoffProgram, 'monitor'],
    environment,
    ...size,
  });
}

const seen = (screen: VisibleScreen, words: RegExp) =>
  vi.waitFor(() => expect(screen.lines().join('\n')).toMatch(words), { timeout: 20_000, interval: 20 });

describe('monitor', () => {
  it('shows a run, its worker, and what happens to them; never clears the screen for it; Ctrl+C gives it back', async () => {
    const screen = openMonitor(stage);
    try {
      await seen(screen, /ORDERS {2}19 processed █ {2}20 failed x {2}61 pending ░ {2}of 100\n/);
      await seen(screen, /no open run: .*\n(.*\n)*no worker: npx leftoff worker/);

      const run = [
        'run',
        'step:process-orders',
        '--id',
        'seen',
        '--item-ms',
        '100',
        '--checkpoint-every',
        '1',
      ];
      await checkout.leftoff(...run, '--detach');
      const { pid } = JSON.parse((await checkout.leftoff('worker', '--detach', '--json')).stdout);
      await seen(screen, /seen {2}running {2}step:process-orders, store heartbeat\n {2}█+░+ {2}\d+ of 61/);
      await seen(screen, new RegExp(`worker ${pid} {2}up \\d+ s {2}slots 1 used, 19 free`));

      await checkout.leftoff('kill');
      await seen(screen, new RegExp(`worker ${pid} started\\n(.*\\n)*\\S+ {2}worker ${pid} killed`));

      screen.resize(pane);
      await seen(screen, /^leftoff .*\n(.{0,60}\n){10,}.*killed/);
      const clears = screen.written().split('\x1b[2J').length - 1;
      expect(clears).toBe(2);

      screen.type(ctrlC);

      expect(await screen.exited).toBe(130);
      expect(screen.cursorHidden()).toBe(false);
      expect(screen.written().lastIndexOf('\x1b[?1049l')).toBeGreaterThan(
        screen.written().lastIndexOf('\x1b[?1049h'),
      );
    } finally {
      screen.kill();
    }
  });

  it('starts before the stack is up, says what to do, and ends with q', async () => {
    const bare = await aBareCheckout();
    const screen = openMonitor(pane, bare.environment);
    try {
      await seen(
        screen,
        /Temporal is not running: npx leftoff up\nPostgreSQL is not running: npx leftoff up/,
      );

      screen.type('q');

      expect(await screen.exited).toBe(0);
    } finally {
      screen.kill();
      await bare.cleanUp();
    }
  });

  it('prints one frame where it is no terminal, and with --once --json its facts', async () => {
    const [text, json] = await Promise.all([
      checkout.leftoff('monitor'),
      checkout.leftoff('monitor', '--once', '--json'),
    ]);

    expect(text.exitCode).toBe(0);
    expect(text.stderr).toBe('not a terminal: one frame, as with --once');
    expect(text.stdout).toMatch(/^leftoff .* Temporal ok {2}PostgreSQL ok/);
    expect(text.stdout).not.toContain('\x1b');
    expect(json.exitCode).toBe(0);
    expect(json.stderr).toBe('');
    expect(JSON.parse(json.stdout)).toMatchObject({
      parts: { temporal: { state: 'answers' }, postgres: { state: 'answers' } },
      orders: { total: 100 },
      openRuns: 1,
      runs: [{ workflowId: 'seen', pattern: 'step', job: 'process-orders', state: 'running', total: 61 }],
      workers: [],
    });
  });
});
