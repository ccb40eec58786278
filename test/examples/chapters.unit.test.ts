/** The chapters of examples/ that need nothing: their Activities, played execution by execution. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefaultLogger } from '@temporalio/worker';
import { iterationRun } from 'leftoff/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { letterActivities } from '../../examples/01-first-iteration/activities.js';
import { BankAway, BankBusy, CardRefused, cardActivities } from '../../examples/04-errors/activities.js';
import { enumeratorActivities, type World } from '../../examples/05-enumerators/activities.js';
import { type Studio, studioActivities } from '../../examples/06-stopping/activities.js';

const quiet = { logger: new DefaultLogger('ERROR', () => undefined) };

describe('chapter 1, a first iteration', () => {
  it('sends each letter under its own key, and meets none again after an interruption', async () => {
    const keys: string[] = [];
    const { sendLetters } = letterActivities({
      send: async (_, { idempotencyKey }) => void keys.push(idempotencyKey),
    });
    const run = iterationRun(sendLetters, { customers: ['ada', 'bob', 'cleo'] }, { workflowId: 'letters' });

    await run.exactly(2);
    await run.toTheEnd();

    expect(keys).toEqual(['letters/ada', 'letters/bob', 'letters/cleo']);
  });

  it('sends a letter that is met again after a kill under the same key', async () => {
    const keys: string[] = [];
    const { sendLetters } = letterActivities({
      send: async (_, { idempotencyKey }) => void keys.push(idempotencyKey),
    });
    const run = iterationRun(sendLetters, { customers: ['ada', 'bob'] }, { workflowId: 'letters' });

    await run.killed({ after: 1 });
    await run.toTheEnd();

    expect(keys).toEqual(['letters/ada', 'letters/ada', 'letters/bob']);
    expect(run.revisits).toBe(1);
  });
});

describe('chapter 4, errors of an iteration', () => {
  const aBank = (answer: (card: string, time: number) => Error | null) => {
    const tries: string[] = [];
    const told: string[] = [];
    const { chargeCards } = cardActivities({
      charge: async (card) => {
        tries.push(card);
        const error = answer(card, tries.filter((tried) => tried === card).length);
        if (error !== null) throw error;
      },
      tellOwner: async (card, reason) => void told.push(`${card}: ${reason}`),
    });
    return { run: iterationRun(chargeCards, { cards: ['a', 'b', 'c'] }, quiet), tries, told };
  };

  it('passes a refused card over, with its reason, and tells its owner', async () => {
    const { run, told } = aBank((card) => (card === 'b' ? new CardRefused('no money') : null));

    const { checkpoint } = await run.toTheEnd();

    expect(checkpoint.counts).toEqual({ processed: 2, failed: 1, revisited: 0 });
    expect(checkpoint.skipped).toEqual([{ cursor: 1, reason: 'no money' }]);
    expect(told).toEqual(['b: no money']);
  });

  it('tries a busy bank again at the same card, after a wait that doubles', async () => {
    const { run, tries } = aBank((card, time) => (card === 'b' && time <= 2 ? new BankBusy('busy') : null));

    await expect(run.execution()).rejects.toMatchObject({ nextRetryDelay: 1_000 });
    await expect(run.execution()).rejects.toMatchObject({ nextRetryDelay: 2_000 });
    await run.toTheEnd();

    expect(tries).toEqual(['a', 'b', 'b', 'b', 'c']);
  });

  it('waits for a bank that is away however often, and counts that as nobody’s error', async () => {
    const { run } = aBank((card, time) => (card === 'b' && time <= 30 ? new BankAway('away') : null));
    for (let time = 1; time <= 30; time += 1) await expect(run.execution()).rejects.toThrow('away');

    const { checkpoint } = await run.toTheEnd();

    expect(checkpoint.counts).toEqual({ processed: 3, failed: 0, revisited: 0 });
  });

  it('fails at once for what nobody knows, with the cursor kept in the failure', async () => {
    const { run } = aBank((card) => (card === 'c' ? new Error('what?') : null));

    await expect(run.execution()).rejects.toMatchObject({ nonRetryable: true, details: [{ cursor: 1 }] });
  });
});

describe('chapter 5, enumerators', () => {
  const folders: string[] = [];

  afterEach(async () => {
    await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
  });

  const aWorld = (world: Partial<World> = {}) => {
    const noted: string[] = [];
    const activities = enumeratorActivities({
      note: async (what) => void noted.push(what),
      productsOf: () => [],
      loadMs: () => 0,
      tickets: async () => [],
      ...world,
    });
    return { activities, noted };
  };

  it('goes through a CSV file’s rows, over an interruption, and passes a malformed one over by its line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leftoff-examples-'));
    folders.push(folder);
    const file = join(folder, 'orders.csv');
    await writeFile(file, 'id,cents\n1,100\n2,too,many\n3,"3\n00"\n');
    const { activities, noted } = aWorld();
    const run = iterationRun(activities.importOrders, { file }, quiet);

    await run.once();
    const { checkpoint } = await run.toTheEnd();

    expect(noted).toEqual(['1 100', '3 3\n00']);
    expect(checkpoint.counts).toEqual({ processed: 2, failed: 1, revisited: 0 });
  });

  it('goes on within the same shop, wherever a worker stops', async () => {
    const products: Record<string, string[]> = { north: ['tea', 'milk'], closed: [], south: ['tea'] };
    const { activities, noted } = aWorld({ productsOf: (shop) => products[shop] ?? [] });
    const run = iterationRun(activities.reprice, { shops: Object.keys(products) });

    for (let items = 1; items <= 2; items += 1) await run.once();
    await run.toTheEnd();

    expect(noted).toEqual(['north: tea', 'north: milk', 'south: tea']);
  });

  it('waits before a batch for which it isn’t the time, and comes back to it', async () => {
    const loads = [0, 60_000, 0];
    const { activities, noted } = aWorld({ loadMs: () => loads.shift() ?? 0 });
    const run = iterationRun(activities.index, { ids: Array.from({ length: 12 }, (_, id) => id) });

    const first = await run.execution();
    await run.toTheEnd();

    expect(first).toMatchObject({ kind: 'throttled', waitMs: 60_000 });
    expect(noted).toEqual(['0 1 2 3 4 5 6 7 8 9', '10 11']);
  });

  it('goes through pages of somebody else’s, strictly after the cursor', async () => {
    const all = ['first', 'second', 'third'].map((title, index) => ({ id: `t${index}`, title }));
    const { activities, noted } = aWorld({
      tickets: async (after) => all.filter(({ id }) => after === null || id > after).slice(0, 2),
    });
    const run = iterationRun(activities.answerTickets, {});

    await run.once();
    await run.toTheEnd();

    expect(noted).toEqual(['first', 'second', 'third']);
  });
});

describe('chapter 6, stopping and limits', () => {
  const aStudio = (develop: Studio['develop'], maxPhotos = 100) => {
    const log: string[] = [];
    const { developPhotos } = studioActivities({ log: async (what) => void log.push(what), develop });
    return { run: iterationRun(developPhotos, { photos: ['a', 'b', 'c'], maxPhotos }), log };
  };

  it('starts once a run, and tells each execution’s end before its Activity is over', async () => {
    const { run, log } = aStudio(async () => 'done');

    await run.once();
    const end = await run.toTheEnd();

    const [firstExecution, secondExecution] = [
      ['start', 'light on', 'light off', 'interrupted'],
      ['light on', 'light off', 'exhausted'],
    ];
    expect(log).toEqual([...firstExecution, ...secondExecution]);
    expect(end.result).toBe('3 photos');
  });

  it('waits an hour for paper, and then does the same photo', async () => {
    let paper = 0;
    const { run } = aStudio(async (photo) => (photo === 'b' && paper++ === 0 ? 'out of paper' : 'done'));

    expect(await run.execution()).toMatchObject({ kind: 'throttled', waitMs: 3_600_000 });
    expect(await run.toTheEnd()).toMatchObject({ ending: 'exhausted', checkpoint: { cursor: 2 } });
  });

  it.each([
    ['that was all', 'finished early', '3 photos'],
    ['fire alarm', 'stopped early', null],
  ] as const)('ends the run at a photo: %s', async (answer, ending, result) => {
    const { run } = aStudio(async (photo) => (photo === 'b' ? answer : 'done'));

    expect(await run.toTheEnd()).toMatchObject({ ending, result, checkpoint: { counts: { processed: 1 } } });
  });

  it('ends the run at its limit of photos, over all its executions', async () => {
    const { run } = aStudio(async () => 'done', 2);

    await run.once();

    expect(await run.toTheEnd()).toMatchObject({ ending: 'item limit', checkpoint: { cursor: 1 } });
  });
});
