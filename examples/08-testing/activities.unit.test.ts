/** A user's tests of an iteration alone: no server, no time, each execution as its Workflow would play it. */
import { iterationRun } from 'leftoff/testing';
import { expect, it } from 'vitest';
import { letterActivities } from '../01-first-iteration/activities.js';

const customers = ['ada', 'bob', 'cleo', 'dora', 'emil'];

/** A run over all customers that keeps what was sent, as who receives it would see it. */
function aRun() {
  const sent: string[] = [];
  const { sendLetters } = letterActivities({ send: async (customer) => void sent.push(customer) });
  return { run: iterationRun(sendLetters, { customers }), sent };
}

it('sends nothing twice after an interruption', async () => {
  const { run, sent } = aRun();

  await run.exactly(2); // two items, then the worker is told to stop
  await run.once(); // one item
  await run.stopping(); // a worker that is stopping from the start: one item, too
  const end = await run.toTheEnd();

  expect(sent).toEqual(customers);
  expect(end.checkpoint.counts.processed).toBe(5);
  expect(run.revisits).toBe(0);
});

it('sends again, after a kill, what no checkpoint had', async () => {
  const { run, sent } = aRun();
  await run.exactly(2);

  await run.killed({ after: 2 }); // right after the fourth letter: nothing is flushed
  await run.toTheEnd();

  expect(sent).toEqual(['ada', 'bob', 'cleo', 'dora', 'cleo', 'dora', 'emil']);
  expect(run.revisits).toBe(2);
});
