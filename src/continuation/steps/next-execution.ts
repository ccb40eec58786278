/** What a run's next execution starts from, where that isn't just what the one before had. Pure. */
import { emptyTally, tallyResumption } from '../checkpoint.js';
import { type Continuation, type CurrentStep, firstExecution } from './continuation.js';

/**
 * Starting over: nothing that was done counts any more, but for the generation, which a fence needs to rise, and what has
 * happened as a fact: checkpoints and resumptions.
 */
export function withNothingDone(state: Continuation): Continuation {
  const { chain, generation, executions, restarts, checkpoints, interruptAt } = state;
  const { resumptions, resumptionCount, forgivenResumptions } = state;
  return {
    ...firstExecution,
    chain,
    generation,
    ...tallyResumption(
      { ...emptyTally, checkpoints, resumptions, resumptionCount },
      { resumedAfter: null, source: 'start', attempt: 1, revisited: 0 },
    ),
    forgivenResumptions,
    executions: executions + 1,
    restarts: restarts + 1,
    reason: 'restart from scratch',
    ...(interruptAt === undefined ? {} : { interruptAt }),
  };
}

/**
 * A failed run's: all of its progress, and none of what was counted towards a limit, or the run would fail again at once.
 */
export function withAllItsTries(state: Continuation): Continuation {
  const { current, resumptionCount, executions, generation } = state;
  // Who goes on from here may be lost without a word: whoever does so after it can tell its batches by this.
  const since = generation + 1;
  return {
    ...state,
    current: current === null ? null : { ...sinceOf(since), ...current, fruitless: 0 },
    lostSince: state.lostSince ?? since,
    error: null,
    restarts: 0,
    forgivenResumptions: resumptionCount,
    executions: executions + 1,
    reason: null,
  };
}

/** The generation since when a store may know of batches that no history tells of. */
export function sinceOf(lostSince: number | undefined): Pick<CurrentStep, 'batchesSince'> {
  return lostSince === undefined ? {} : { batchesSince: lostSince };
}
