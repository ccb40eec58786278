/**
 * The states of a run, and what an operator may ask of it: one reducer, for both patterns, and for whoever reads a history. Pure.
 *
 *   running ─pause→ pausing ─stopped→ paused ─unpause→ running
 *                   pausing ─unpause→ unpausing ─stopped→ running      unpausing ─pause→ pausing
 *   each of these ─cancel→ cancelling                                  each of all ─completed, failed, cancelled→ ended so
 *
 * C1  `stopped` is the work's own word: nothing of the run is under way any more. Until then a pause is only asked for.
 * C2  What can't be done is refused with its reason: a run that has ended, one that is being cancelled, a pause that holds
 *     already, an unpause without one. A request that can't be refused (a Signal) then changes nothing.
 * C3  A pause that is asked for while the work is just coming to its end loses: the run has ended, as `completed` or `failed`.
 * C4  The same request under the same id is one, however often and by whichever way it comes.
 */

type OpenState = 'running' | 'pausing' | 'paused' | 'unpausing' | 'cancelling';

export type EndedState = 'completed' | 'failed' | 'cancelled';

export type RunStateName = OpenState | EndedState;

/** What an operator asks. */
export type ControlRequest = 'pause' | 'unpause' | 'cancel';

export type ControlEvent = ControlRequest | 'stopped' | EndedState;

const transitions: Record<OpenState, Partial<Record<ControlRequest | 'stopped', OpenState>>> = {
  running: { pause: 'pausing', cancel: 'cancelling' },
  pausing: { unpause: 'unpausing', stopped: 'paused', cancel: 'cancelling' },
  paused: { unpause: 'running', cancel: 'cancelling' },
  unpausing: { pause: 'pausing', stopped: 'running', cancel: 'cancelling' },
  cancelling: {},
};

/** The state after this. What isn't possible changes nothing (C2). */
export function nextState(state: RunStateName, event: ControlEvent): RunStateName {
  if (isEnded(state)) return state;
  if (event === 'completed' || event === 'failed' || event === 'cancelled') return event;
  return transitions[state][event] ?? state;
}

/** Why this can't be asked now, in a few words behind the run's name; null: it can. */
export function refusalOf(state: RunStateName, request: ControlRequest): string | null {
  if (isEnded(state)) return `has ${state === 'cancelled' ? 'been cancelled' : state} already`;
  if (transitions[state][request] !== undefined) return null;
  if (state === 'cancelling') return 'is being cancelled';
  if (request === 'pause') return `is ${state} already`;
  return state === 'unpausing' ? 'is unpausing already' : 'is not paused';
}

/** Whether no further work may begin now. */
export function isHeld(state: RunStateName): boolean {
  return state === 'pausing' || state === 'paused';
}

export function isEnded(state: RunStateName): state is EndedState {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}

/** The names under which a run is asked, by Update or by Signal; each takes a ControlMessage. */
export const controlNames = { pause: 'leftoff.pause', unpause: 'leftoff.unpause' } as const;

/** Of an Update that is refused; its message says why. */
export const refusedFailure = 'RunControlRefused';

export interface ControlMessage {
  /** The same id by Update and by Signal is one request (C4). */
  readonly requestId: string;
}

/** A run's state, with the requests that it was given last. */
export interface Control {
  readonly state: RunStateName;
  readonly known: readonly string[];
}

export const uncontrolled: Control = { state: 'running', known: [] };

/** More requests than anybody has under way at a time. */
const rememberedRequests = 50;

/** Takes a request in, once (C4). */
export function takeRequest(
  control: Control,
  request: ControlRequest,
  { requestId }: ControlMessage,
): Control {
  if (control.known.includes(requestId)) return control;
  const known = [...control.known, requestId].slice(-rememberedRequests);
  return { state: nextState(control.state, request), known };
}
