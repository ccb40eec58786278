import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ControlEvent,
  type ControlRequest,
  isEnded,
  nextState,
  type RunStateName,
  refusalOf,
  takeRequest,
  uncontrolled,
} from '../../src/continuation/run-control.js';

const open = ['running', 'pausing', 'paused', 'unpausing', 'cancelling'] as const;
const ended = ['completed', 'failed', 'cancelled'] as const;
const requests = ['pause', 'unpause', 'cancel'] as const satisfies readonly ControlRequest[];
const events = [...requests, 'stopped', ...ended] as const satisfies readonly ControlEvent[];
const states: readonly RunStateName[] = [...open, ...ended];

const after = (...happened: readonly ControlEvent[]) => happened.reduce<RunStateName>(nextState, 'running');

describe('the states of a run', () => {
  it.each<[readonly ControlEvent[], RunStateName]>([
    [['pause'], 'pausing'],
    [['pause', 'stopped'], 'paused'],
    [['pause', 'stopped', 'unpause'], 'running'],
    [['pause', 'unpause'], 'unpausing'],
    [['pause', 'unpause', 'stopped'], 'running'],
    [['pause', 'unpause', 'pause'], 'pausing'],
    [['pause', 'stopped', 'cancel'], 'cancelling'],
    [['pause', 'cancel', 'stopped'], 'cancelling'],
    [['cancel', 'pause'], 'cancelling'],
    [['cancel', 'cancelled'], 'cancelled'],
    [['stopped'], 'running'],
  ])('after %j: %s', (happened, state) => {
    expect(after(...happened)).toBe(state);
  });

  it('end for good: nothing changes a run that has ended', () => {
    for (const state of ended) for (const event of events) expect(nextState(state, event)).toBe(state);
  });

  it('let work that is just ending win over any request', () => {
    for (const state of open) for (const end of ended) expect(nextState(state, end)).toBe(end);
  });
});

describe('a request', () => {
  it('is refused with its reason exactly where it would change nothing', () => {
    for (const state of states)
      for (const request of requests)
        expect(refusalOf(state, request) === null, `${request} while ${state}`).toBe(
          nextState(state, request) !== state,
        );
  });

  it.each<[RunStateName, ControlRequest, string]>([
    ['completed', 'pause', 'has completed already'],
    ['failed', 'unpause', 'has failed already'],
    ['cancelled', 'cancel', 'has been cancelled already'],
    ['cancelling', 'pause', 'is being cancelled'],
    ['running', 'unpause', 'is not paused'],
    ['paused', 'pause', 'is paused already'],
    ['pausing', 'pause', 'is pausing already'],
    ['unpausing', 'unpause', 'is unpausing already'],
  ])('of a run that is %s, to %s it: %s', (state, request, why) => {
    expect(refusalOf(state, request)).toBe(why);
  });

  it('counts once, however often it comes under the same id', () => {
    const asked = fc.array(
      fc.record({ request: fc.constantFrom(...requests), requestId: fc.constantFrom('a', 'b', 'c') }),
    );

    fc.assert(
      fc.property(asked, (all) => {
        const firstOfEach = all.filter(
          ({ requestId }, i) => all.findIndex((other) => other.requestId === requestId) === i,
        );
        const taken = (some: typeof all) =>
          some.reduce(
            (control, { request, requestId }) => takeRequest(control, request, { requestId }),
            uncontrolled,
          ).state;
        expect(taken(all)).toBe(taken(firstOfEach));
      }),
    );
  });

  it('is never lost between two states: whatever was asked, each open run can still be cancelled', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events)), (happened) => {
        const state = after(...happened);
        if (!isEnded(state)) expect(nextState(state, 'cancel')).toBe('cancelling');
      }),
    );
  });
});
