/** A user's own tests, of an Activity without any server. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { activityFaults, iterationRun } from 'leftoff/testing';
import { countingActivities } from './activities.js';

const { countNumbers } = countingActivities(async () => undefined);
const input = { upTo: 10n, since: new Date(0) };

it('meets no number twice after an interruption', async () => {
  const run = iterationRun(countNumbers, input);

  await run.exactly(4);
  const end = await run.toTheEnd();

  assert.equal(end.checkpoint.counts.processed, 10);
  assert.equal(run.revisits, 0);
});

it('meets again what was done since the last heartbeat, after a kill', async () => {
  const run = iterationRun(countNumbers, input);

  await run.killed({ after: 4 });
  await run.toTheEnd();

  assert.equal(run.revisits, 4);
});

it('has faults for a Worker of its own', () => {
  assert.equal(activityFaults([{ killAfter: 1 }]).left, 1);
});
