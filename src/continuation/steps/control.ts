/**
 * Pause and unpause of a run, wired to its Workflow. What may follow what is decided in `run-control.ts`.
 *
 * K1  An Update is validated, and leaves nothing in history where it is refused; a Signal is for a run that no worker answers for:
 *     it is durable at once, and counts when one does.
 * K2  A pause reaches the Activity in hand as a cancellation: it ends its item and reports its exact cursor. Other Activities
 *     end by themselves. Then the run stands at its next checkpoint, by no timer: for as long as it takes.
 * K3  A paused run holds before any further work, and before it continues as new. So the state never has to be carried.
 * K4  A cancellation ends the hold, as it ends any wait.
 */
import {
  ApplicationFailure,
  CancellationScope,
  condition,
  defineSignal,
  defineUpdate,
  isCancellation,
  log,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js';
import {
  type Control,
  type ControlMessage,
  type ControlRequest,
  controlNames,
  isHeld,
  nextState,
  type RunStateName,
  refusalOf,
  refusedFailure,
  takeRequest,
  uncontrolled,
} from '../run-control.js';

/** Asks a run of either pattern, or a partitioned one, to pause. @returns its state then. Refused: RunControlRefused */
export const pauseUpdate = defineUpdate<RunStateName, [ControlMessage]>(controlNames.pause);
/** Asks a paused run to go on. @returns its state then. Refused: RunControlRefused */
export const unpauseUpdate = defineUpdate<RunStateName, [ControlMessage]>(controlNames.unpause);
/** As the Update, for a run that no worker answers for. What can't be done is ignored. */
export const pauseSignal = defineSignal<[ControlMessage]>(controlNames.pause);
export const unpauseSignal = defineSignal<[ControlMessage]>(controlNames.unpause);

export interface ControlOptions {
  /** The state changed. */
  readonly changed?: (state: RunStateName) => void;
  /** Whether something of the run is under way; default: an Activity. */
  readonly isAtWork?: () => boolean;
}

export class RunControl {
  #control: Control = uncontrolled;
  readonly #root = CancellationScope.current();
  readonly #changed: (state: RunStateName) => void;
  readonly #isAtWork: () => boolean;
  /** Stops what is under way; null: nothing that a pause could stop. */
  #stop: (() => void) | null = null;
  /** A pause has stopped the work that was under way last. */
  #hasStopped = false;
  #unnamed = 0;
  #isMade = false;

  /** Call it before the Workflow's first wait. */
  constructor({ changed = () => undefined, isAtWork = activitiesUnderWay }: ControlOptions = {}) {
    this.#changed = changed;
    this.#isAtWork = isAtWork;
    for (const [request, update, signal] of [
      ['pause', pauseUpdate, pauseSignal],
      ['unpause', unpauseUpdate, unpauseSignal],
    ] as const) {
      const take = (message: unknown): RunStateName => this.#take(request, this.#read(message));
      const validator = (message: unknown): void => this.#validate(request, this.#read(message));
      setHandler(update, take, { validator });
      // What came before the first worker is handed over at once.
      setHandler(signal, (message) => void take(message));
    }
    this.#isMade = true;
  }

  get state(): RunStateName {
    return this.#root.consideredCancelled ? nextState(this.#state, 'cancel') : this.#state;
  }

  /** Whether the run is to stand still: ask before any further work, and `hold` if so. */
  get mustHold(): boolean {
    return !this.#root.consideredCancelled && this.#state !== 'running';
  }

  /** Stands still until the run is unpaused. @throws CancelledFailure where it is cancelled meanwhile */
  async hold(): Promise<void> {
    while (this.mustHold) {
      await condition(() => !this.mustHold || !this.#isAtWork());
      this.#stopped();
      await condition(() => this.#state !== 'paused');
    }
  }

  /**
   * Runs work that a pause stops, one at a time.
   *
   * Its promise is handed on as it is, for a wait more would change the order in which recorded histories replay.
   *
   * @param before what is to be done before the work is stopped; it isn't where the run was unpaused meanwhile
   */
  stoppable<T>(work: () => Promise<T>, before: () => Promise<void> = async () => undefined): Promise<T> {
    const scope = new CancellationScope({ cancellable: true });
    let started: Promise<T> | undefined;
    scope
      .run(() => {
        started = work();
        return started;
      })
      .catch(() => undefined);
    if (started === undefined) throw new Error('A scope runs its function at once.');
    const cancel = (): void => {
      this.#hasStopped = true;
      scope.cancel();
    };
    let ended = false;
    const stop = (): void => {
      this.#stop = null;
      before().then(() => {
        if (ended) return;
        if (isHeld(this.#state)) cancel();
        else {
          // Unpaused in time: nothing was stopped.
          this.#stop = stop;
          this.#stopped();
        }
      }, cancel);
    };
    this.#hasStopped = false;
    this.#stop = stop;
    const settle = (): void => {
      ended = true;
      if (this.#stop === stop) this.#stop = null;
    };
    started.then(settle, settle);
    return started;
  }

  /** Whether this is what stoppable work throws that a pause stopped before it could report. */
  isOwnStop(error: unknown): boolean {
    return this.#hasStopped && isCancellation(error) && !this.#root.consideredCancelled;
  }

  /** A durable timer. The run may be paused during it; then it waits for what is left of it afterwards. */
  async sleep(ms: number): Promise<void> {
    const until = Date.now() + ms;
    for (let left = ms; left > 0; left = until - Date.now()) {
      const duration = left;
      try {
        return await this.stoppable(() => sleep(duration));
      } catch (error) {
        if (!this.isOwnStop(error)) throw error;
      }
      await this.hold();
    }
  }

  get #state(): RunStateName {
    return this.#control.state;
  }

  #validate(request: ControlRequest, { requestId }: ControlMessage): void {
    if (this.#control.known.includes(requestId)) return;
    const why = refusalOf(this.state, request);
    if (why === null) return;
    throw ApplicationFailure.create({ type: refusedFailure, message: `The run ${why}.`, nonRetryable: true });
  }

  /** A request without an id, as from a user interface, is one of its own. */
  #read(message: unknown): ControlMessage {
    const hasId = typeof message === 'object' && message !== null && 'requestId' in message;
    if (hasId && typeof message.requestId === 'string') return { requestId: message.requestId };
    this.#unnamed += 1;
    return { requestId: `unnamed ${this.#unnamed}` };
  }

  #take(request: ControlRequest, message: ControlMessage): RunStateName {
    this.#become(takeRequest(this.#control, request, message));
    if (isHeld(this.#state)) this.#stop?.();
    return this.state;
  }

  #stopped(): void {
    this.#become({ ...this.#control, state: nextState(this.#state, 'stopped') });
  }

  #become(next: Control): void {
    const before = this.#state;
    this.#control = next;
    if (next.state === before) return;
    log.info('Run control', { before, state: next.state });
    // Whoever makes it isn't made yet either.
    if (this.#isMade) this.#changed(next.state);
  }
}

/** The SDK keeps these, and has no public word for them; see `pending-work.ts`. */
function activitiesUnderWay(): boolean {
  return getActivator().completions.activity.size > 0;
}
