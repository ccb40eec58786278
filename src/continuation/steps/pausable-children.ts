/**
 * The children of a run that are under way, and what they are told of a pause.
 *
 * C1  By Signal, so that it is durable with no worker alive. One that has ended in between needs no telling.
 * C2  In the order in which it was decided: a child is told of an unpause after the pause before it.
 */
import type { ChildWorkflowHandle, Workflow } from '@temporalio/workflow';
import { type ControlMessage, isHeld, type RunStateName } from '../run-control.js';
import { pauseSignal, unpauseSignal } from './control.js';

type Child = Pick<ChildWorkflowHandle<Workflow>, 'signal'>;

export class PausableChildren {
  /** Each with what it was told last, so that nothing overtakes that. */
  readonly #underWay = new Map<Child, Promise<void>>();
  #isPaused = false;
  #told = 0;

  /** Tells all of them, where this is a change for them. */
  tell(state: RunStateName): void {
    const isPaused = isHeld(state);
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    this.#told += 1;
    for (const child of this.#underWay.keys()) this.#signal(child);
  }

  /** A child that has been started, until its end. @returns its result */
  async ofThese<R>(child: Child & { result(): Promise<R> }, state: RunStateName): Promise<R> {
    this.#underWay.set(child, Promise.resolve());
    if (isHeld(state)) this.#signal(child);
    try {
      return await child.result();
    } finally {
      this.#underWay.delete(child);
    }
  }

  #signal(child: Child): void {
    const signal = this.#isPaused ? pauseSignal : unpauseSignal;
    const message: ControlMessage = { requestId: `of its run, ${this.#told}` };
    const before = this.#underWay.get(child) ?? Promise.resolve();
    const told = before.then(() => child.signal<[ControlMessage]>(signal, message)).catch(() => undefined);
    this.#underWay.set(child, told);
  }
}
