/** A user's tests of what an iteration does where it is stopped from the start, or killed in its callbacks. */
import { setTimeout as delay } from 'node:timers/promises';
import { array, iteration } from 'leftoff/iteration';
import { iterationRun, killHere } from 'leftoff/testing';
import { expect, it } from 'vitest';

it('cuts a long item short where the worker is stopping, and does it again', async () => {
  const developed: string[] = [];
  const activity = iteration({
    buildEnumerator: ({ photos }: { photos: readonly string[] }) => array(photos),
    async eachIteration(photo, _night, { stopping }) {
      await delay(5, undefined, { signal: stopping });
      developed.push(photo);
    },
  });
  const run = iterationRun(activity, { photos: ['a', 'b'] });

  const end = await run.stopping(); // the signal has aborted when the item begins
  expect(end).toMatchObject({ kind: 'interrupted', checkpoint: { cursor: null } });
  await run.toTheEnd();

  expect(developed).toEqual(['a', 'b']);
});

it('sends its report again where it is killed between the last item and the end', async () => {
  let reports = 0;
  const activity = iteration({
    buildEnumerator: ({ photos }: { photos: readonly string[] }) => array(photos),
    eachIteration: async () => undefined,
    async onComplete() {
      reports += 1;
      if (reports === 1) await killHere(); // what comes after it never comes
      return 'done';
    },
  });
  const run = iterationRun(activity, { photos: ['a', 'b'] });

  await run.killed(); // wherever its code calls killHere()
  const { result } = await run.toTheEnd();

  expect(result).toBe('done');
  expect(reports).toBe(2);
});
