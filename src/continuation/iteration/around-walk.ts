/**
 * The walk inside the job's own `aroundIterate`, which can neither leave it out nor do it twice.
 *
 * R1  Nothing of an attempt goes on after its end: a walk that is left stops after the item in hand, and is waited for; one
 *     that is begun afterwards is refused.
 * R2  What the walk throws is the attempt's end, whether it was awaited, caught, thrown again in other words or neither.
 */
import { wrongDefinition } from './iteration-definition.js';
import type { WalkEnd } from './walk-items.js';

/** @param walk begins the walk; it is to stop where `isLeft` says so. @throws what either throws; InvalidIterationError */
export async function aroundWalk(
  aroundIterate: (iterate: () => Promise<void>) => Promise<void>,
  walk: (isLeft: () => boolean) => Promise<WalkEnd>,
): Promise<WalkEnd> {
  const walks: Promise<WalkEnd>[] = [];
  let calls = 0;
  let left = false;
  const iterateOnce = (): Promise<void> => {
    calls += 1;
    // Before its items are met a second time, or by nobody's attempt.
    const walking = left || walks.length > 0 ? Promise.reject(calledWrongly(calls, left)) : walk(() => left);
    if (walks.length === 0) walks.push(walking);
    const walked = walking.then(() => undefined);
    // Whoever doesn't await it hears of its error all the same, below; the process must not end by it.
    walked.catch(() => undefined);
    return walked;
  };
  try {
    try {
      await aroundIterate(iterateOnce);
    } catch (thrown) {
      left = true;
      // What the job made of the walk's error says less of it: not whether it was an outage, nor what its policy was.
      await walks[0];
      throw thrown;
    }
    const [walking] = walks;
    if (walking === undefined) throw calledWrongly(calls, true);
    // An error of the walk that was caught on the way is still the walk's end.
    const end = await walking;
    if (calls > 1) throw calledWrongly(calls, false);
    return end;
  } finally {
    left = true;
    await walks[0]?.catch(() => undefined);
  }
}

function calledWrongly(calls: number, left: boolean): Error {
  return wrongDefinition(
    left
      ? 'aroundIterate returned before it called iterate. Is an await missing? It must call it once, and await it.'
      : `aroundIterate called iterate ${calls} times; it must call it once.`,
  );
}
