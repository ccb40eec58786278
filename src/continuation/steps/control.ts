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
  log,
  setHandler,
  sleep,
} from '@temporalio/workflow';
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
import { StoppableWork } from './stoppable-work.js';
import { activitiesUnderWay, othersHaveRun } from './under-way.js';

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
  /** It has no work of its own that would have to stop first, as a run whose children have it; default: it has. */
  readonly standsAtOnce?: boolean;
}

export class RunControl {
  #control: Control = uncontrolled;
  readonly #root = CancellationScope.current();
  readonly #changed: (state: RunStateName) => void;
  readonly #work = new StoppableWork({
    shallStop: () => isHeld(this.#state),
    spared: () => this.#stopped(),
  });
  readonly #standsAtOnce: boolean;
  #unnamed = 0;
  #isMade = false;

  /** Call it before the Workflow's first wait. */
  constructor({ changed = () => undefined, standsAtOnce = false }: ControlOptions = {}) {
    this.#changed = changed;
    this.#standsAtOnce = standsAtOnce;
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
      await condition(() => !this.mustHold || activitiesUnderWay() === 0);
      // Another branch of the job may go from one Activity to the next.
      await othersHaveRun();
      if (activitiesUnderWay() > 0) continue;
      this.#stopped();
      await condition(() => !this.mustHold || this.#state !== 'paused');
    }
  }

  /** Runs work that a pause stops (`stoppable-work.ts`). */
  stoppable<T>(work: () => Promise<T>, before?: () => Promise<void>): Promise<T> {
    return this.#work.run(work, before);
  }

  /** Whether this is what stoppable work throws that a pause stopped before it could report. */
  isOwnStop(error: unknown): boolean {
    return this.#work.endedBy(error) && !this.#root.consideredCancelled;
  }

  /** A durable timer. The run may be paused during it; then it waits for what is left of it afterwards. */
  async sleep(ms: number): Promise<void> {
    const until = Date.now() + ms;
    for (let left = ms; left > 0; left = until - Date.now()) {
      if (this.mustHold) {
        await this.hold();
        continue;
      }
      const duration = left;
      try {
        return await this.stoppable(() => sleep(duration));
      } catch (error) {
        if (!this.isOwnStop(error)) throw error;
      }
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
    // What cleans up after a cancellation is stopped by nobody.
    if (this.#root.consideredCancelled) return this.state;
    this.#become(takeRequest(this.#control, request, message));
    if (isHeld(this.#state)) this.#work.stopAll();
    if (this.#standsAtOnce) this.#stopped();
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
