import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseParts } from '../../../src/cli/monitor/choose-parts.js';
import { displayWidth } from '../../../src/cli/monitor/display-width.js';
import { textOf } from '../../../src/cli/monitor/lines.js';
import { type EventFact, monitorModel } from '../../../src/cli/monitor/monitor-model.js';
import { monitorView, plainText, type Size } from '../../../src/cli/monitor/monitor-view.js';
import { nothingRead, type Readings } from '../../../src/cli/monitor/readings.js';
import {
  allWell,
  anyEvents,
  anyReadings,
  aRun,
  aWorker,
  away,
  nowMs,
  runs,
  told,
  workers,
} from './some-readings.js';

const stage: Size = { columns: 80, rows: 24 };
const pane: Size = { columns: 60, rows: 15 };

const anEvent = (words: string): EventFact => ({ at: new Date(nowMs).toISOString(), words, tone: 'plain' });

function screen(changes: Partial<Readings>, size: Size = stage, events: readonly EventFact[] = []): string {
  return plainText(monitorView(monitorModel({ ...allWell, ...changes }, events, nowMs), size));
}

describe('the screen', () => {
  it.each([
    ['80×24', fc.constant(stage)],
    ['60×15', fc.constant(pane)],
    [
      'any size',
      fc.record({ columns: fc.integer({ min: 1, max: 200 }), rows: fc.integer({ min: 1, max: 70 }) }),
    ],
  ])('at %s has no line that is too wide, and not too many of them, whatever was read', (_, sizes) => {
    fc.assert(
      fc.property(anyReadings, anyEvents, sizes, (readings, events, size) => {
        const lines = monitorView(monitorModel(readings, events, nowMs), size).map(textOf);

        expect(lines.length).toBeLessThanOrEqual(size.rows);
        for (const line of lines) {
          expect(displayWidth(line)).toBeLessThanOrEqual(size.columns);
          expect(stripVTControlCharacters(line)).toBe(line);
          expect(line).not.toMatch(/[\r\n\t]/);
        }
      }),
    );
  });

  it.each([
    ['80×24', stage],
    ['60×15', pane],
  ])('at %s shows everything that counts of a run and its worker', (_, size) => {
    const shown = screen({}, size, [anEvent('run orders-step-3 started')]);

    for (const words of [
      'Temporal ok  PostgreSQL ok  Redis ok',
      '19 processed █  20 failed x  61 pending ░  of 100',
      'orders-step-3  running  step:process-orders, store heartbeat',
      '23 of 61, 1 failed  2.5/s  ETA 16 s',
      'checkpoint after order 23, 0 s ago, in history',
      'worker 4211  up 1 min 0 s  slots 0 used, 20 free',
      'run orders-step-3 started',
    ])
      expect(shown).toContain(words);
  });

  it('marks with … where something is cut off', () => {
    const shown = screen({ runs: runs({ ...aRun, workflowId: 'r'.repeat(100) }) }, { columns: 40, rows: 24 });

    expect(shown).toContain(`${'r'.repeat(39)}…`);
  });

  it('says without any colour what is away, what to do about it, and how old the rest is', () => {
    const shown = screen({
      runs: away(told({ runs: [aRun], open: 1, workersElsewhere: [], underWay: {} })),
      orders: { kind: 'away', why: { kind: 'not running', words: 'PostgreSQL is not running' }, last: null },
    });

    expect(shown).toContain('Temporal AWAY  PostgreSQL AWAY  Redis ok');
    expect(shown).toContain('It does not answer; runs as of 0 s ago');
    expect(shown).toContain('PostgreSQL is not running: npx leftoff up');
    expect(shown).toContain('orders-step-3  running');
  });

  it('says why the workers of this checkout cannot be told', () => {
    const why = { kind: 'silent', words: '`ps` is not installed' } as const;

    expect(screen({ workers: { kind: 'away', why, last: null } })).toContain('\n`ps` is not installed\n');
  });

  it('before anything was read says so, and invents nothing', () => {
    const shown = plainText(monitorView(monitorModel(nothingRead, [], nowMs), stage));

    expect(shown).toContain('Temporal …  PostgreSQL …  Redis …');
    expect(shown).not.toMatch(/npx leftoff (up|run|worker|seed)/);
  });

  it('names the next command where there are no orders, no run and no worker', () => {
    const shown = screen({ orders: told(null), runs: runs(), workers: workers([]) });

    for (const command of ['seed --quick', 'run step:process-orders', 'worker'])
      expect(shown).toContain(`npx leftoff ${command}`);
  });

  it('counts the runs that find no room', () => {
    const many = Array.from({ length: 12 }, (_, index) => ({ ...aRun, workflowId: `run-${index}` }));

    expect(screen({ runs: runs(...many) }, pane)).toMatch(/\nand \d more: npx leftoff runs\n/);
  });

  it('shows all of a few runs before it shows much of each', () => {
    const few = Array.from({ length: 7 }, (_, index) => ({ ...aRun, workflowId: `run-${index}` }));

    for (const size of [stage, pane]) {
      const shown = screen({ runs: runs(...few) }, size);

      expect(shown.match(/^run-\d {2}running/gm)).toHaveLength(7);
      expect(shown.match(/\d of 61/g)).toHaveLength(7);
    }
  });

  it('shows the last events, the newest last', () => {
    const events = Array.from({ length: 50 }, (_, index) => anEvent(`event ${index}`));

    const shown = screen({}, stage, events).split('\n');

    expect(shown).toHaveLength(24);
    expect(shown.at(-1)).toContain('event 49');
    expect(shown.at(-2)).toContain('event 48');
  });

  it('tells a frozen worker, and slots in use by the identity of the worker', () => {
    const shown = screen({
      workers: workers([{ ...aWorker, frozen: true }]),
      runs: told({
        runs: [aRun],
        open: 1,
        workersElsewhere: ['7@box'],
        underWay: { '4211@here': 3, '7@box': 2 },
      }),
    });

    expect(shown).toContain('worker 4211  FROZEN (SIGSTOP)  up 1 min 0 s  slots 3 used, 17 free');
    expect(shown).toContain('worker 7@box  on another machine  slots 2 used');
  });

  it('gives what a run waits for a line of its own', () => {
    const lastFailure = 'connect ECONNREFUSED 127.0.0.1:5432';
    const waiting = runs({ ...aRun, attempt: { number: 7, state: 'waiting', lastFailure } });

    expect(screen({ runs: waiting })).toContain(`\n  attempt 7 waits after: ${lastFailure}\n`);
  });

  it('tells a worker that is connected to other servers', () => {
    const elsewhere = 'worker 4211@here is connected to Temporal at a, which is at b now';

    expect(screen({ workers: workers([{ ...aWorker, elsewhere }]) })).toContain(
      'worker 4211  ON OTHER SERVERS',
    );
  });

  it('gives a paused run neither rate nor ETA', () => {
    const shown = screen({ runs: runs({ ...aRun, state: 'paused' }) });

    expect(shown).toContain('orders-step-3  paused');
    expect(shown).not.toMatch(/\/s|ETA/);
  });

  it('gives neither rate nor ETA while Temporal is away', () => {
    expect(screen({})).toMatch(/2\.5\/s {2}ETA/);
    expect(screen({ runs: away(runs(aRun)) })).not.toMatch(/\d\/s|ETA/);
  });

  it.each([
    ['its worker is frozen', [{ ...aWorker, frozen: true }]],
    [
      'its workers are frozen',
      [
        { ...aWorker, frozen: true },
        { ...aWorker, pid: 2, frozen: true },
      ],
    ],
    ['no worker', [{ ...aWorker, frozen: true, elsewhere: 'worker 4211@here is connected to another' }]],
    ['no worker', []],
  ])('says "%s" of a run that nobody can take up', (words, running) => {
    expect(screen({ workers: workers(running) })).toMatch(
      new RegExp(`in history; ${words}$|^  ${words}$`, 'm'),
    );
  });

  it('says nothing of a frozen worker where another can take the run up', () => {
    const frozen = { ...aWorker, pid: 2, frozen: true };

    expect(screen({ workers: workers([aWorker, frozen]) })).not.toMatch(/worker is frozen|no worker/);
  });

  it('gives a run that stands still no ETA', () => {
    const shown = screen({ runs: runs({ ...aRun, perSecond: 0 }) });

    expect(shown).toMatch(/23 of 61, 1 failed {2}0\.0\/s$/m);
  });

  it('puts what has line breaks into one line, its words apart', () => {
    const failure = 'no disk\n    at write';
    const failed = runs({ ...aRun, state: 'failed', open: false, failure });

    expect(screen({ runs: failed })).toContain(': no disk at write\n');
  });

  it('tells how many partitions of a run are done', () => {
    const split = runs({ ...aRun, cursor: null, partitions: { done: 1, all: 4 } });

    expect(screen({ runs: split })).toContain('1 of 4 partitions done; checkpoint, 0 s ago, in history');
  });

  it('gives every kind of order that there is a place in the bar', () => {
    const shown = screen({ orders: told({ total: 1_000_000, pending: 999_998, processed: 1, failed: 1 }) });

    expect(shown).toMatch(/█x░+/);
  });
});

describe('the choice of parts', () => {
  const anyCount = fc.integer({ min: 0, max: 50 });

  it('keeps to the height, and leaves no part out for the growth of another', () => {
    const wanted = fc.record({
      away: fc.integer({ min: 0, max: 4 }),
      openRuns: anyCount,
      longRemarks: anyCount,
      endedRuns: anyCount,
      workers: anyCount,
      events: anyCount,
    });
    fc.assert(
      fc.property(wanted, fc.integer({ min: 0, max: 80 }), (parts, height) => {
        const chosen = chooseParts(parts, height);
        const { title, orders, openRuns, runLines, endedRuns, workers: shown, events } = chosen;
        const headings = { none: 0, tight: 3, spaced: 6 }[chosen.headings];
        const cards = parts.openRuns === 0 ? openRuns : openRuns * runLines;

        expect(
          title + orders + chosen.away + cards + endedRuns + shown + events + headings,
        ).toBeLessThanOrEqual(height);
        if (height >= 9) {
          expect([title, openRuns > 0, shown > 0, chosen.away]).toEqual([1, true, true, parts.away]);
          expect(events > 0).toBe(parts.events > 0);
        }
      }),
    );
  });
});
