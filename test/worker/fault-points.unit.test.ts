import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import {
  armFault,
  awaitHeldWorker,
  disarmAllFaults,
  disarmFault,
  fileFaultSeam,
  type HeldWorker,
} from '../../src/worker/fault-points.js';
import { aTemporaryFolder } from '../stack/a-temporary-folder.js';

const never = new AbortController().signal;

async function aSeam() {
  const home = await aTemporaryFolder();
  const held: HeldWorker[] = [];
  return { home, held, seam: fileFaultSeam(home, 'order', (each) => held.push(each)) };
}

it('two faults armed at once each fall once, where they were armed', async () => {
  const { home, held, seam } = await aSeam();
  const atTwo = await armFault(home, 2, 'item in hand');
  const atThree = await armFault(home, 3, 'item in hand');

  const second = seam('item in hand', [2], never);
  expect(await awaitHeldWorker(home, atTwo, never)).toMatchObject({ position: 2, pid: process.pid });
  await disarmFault(home, atTwo);
  await second;
  const third = seam('item in hand', [3], never);
  expect(await awaitHeldWorker(home, atThree, never)).toMatchObject({ position: 3 });
  await disarmFault(home, atThree);
  await third;

  expect(seam('item in hand', [4], never)).toBeNull();
  expect(held.map(({ position }) => position)).toEqual([2, 3]);
});

it('a fault falls at the first order that is at or past its position, and only at its instant', async () => {
  const { home, seam } = await aSeam();
  const armed = await armFault(home, 5, 'committed');

  expect(seam('committed', [3, 4], never)).toBeNull();
  expect(seam('item in hand', [5], never)).toBeNull();
  const held = seam('committed', [4, 6, 7], never);

  expect(await awaitHeldWorker(home, armed, never)).toMatchObject({ position: 6 });
  await disarmFault(home, armed);
  await held;
});

it('a fault that was taken back falls nowhere', async () => {
  const { home, seam } = await aSeam();
  await armFault(home, 1, 'committed');
  await disarmAllFaults(home);

  expect(seam('committed', [1], never)).toBeNull();
});

it('a fault whose waiter has died falls nowhere, and nobody holds for it', async () => {
  const { home, seam } = await aSeam();
  const dead = execa(process.execPath, ['--version']);
  await dead;
  const waiterPid = dead.pid ?? 0;
  const armed = await armFault(home, 1, 'committed');
  await writeFile(join(home, 'faults', `armed-${armed.id}.json`), JSON.stringify({ ...armed, waiterPid }));

  expect(seam('committed', [1], never)).toBeNull();
});

it('a fault that is to let a position pass falls at a later item of it: within a customer, after a month of theirs', async () => {
  const { home, held, seam } = await aSeam();
  const armed = await armFault(home, 42, 'committed', 1);

  expect(seam('committed', [41], never)).toBeNull();
  expect(seam('committed', [42], never)).toBeNull();
  const second = seam('committed', [42], never);

  expect(await awaitHeldWorker(home, armed, never)).toMatchObject({ position: 42 });
  await disarmFault(home, armed);
  await second;
  expect(held).toHaveLength(1);
});
