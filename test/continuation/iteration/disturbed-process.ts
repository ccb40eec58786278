/**
 * The process of one execution: counts its work, and meets its fate with an item in hand.
 *
 * D1  Lost, it is silent for ever: its execution never ends for whoever started it.
 * D2  A zombie is lost to everybody else, and goes on when it is woken.
 */
import { ApplicationFailure } from '@temporalio/activity';
import type { Disturbance } from './some-disturbances.js';

/** What a process has done in its execution, counted in effects, those that it found made among them. */
export interface Work {
  readonly inExecution: number;
  /** Of the item that isn't done yet. */
  readonly ofItemInHand: number;
}

export class InjectedError extends Error {}

/** No item's fault. */
export class InjectedOutage extends InjectedError {}

/** Whether an attempt ended by one of them: as Temporal tells errors, by its class' name. */
export function isInjected(error: unknown): boolean {
  const types: unknown[] = [InjectedError.name, InjectedOutage.name];
  return error instanceof ApplicationFailure && types.includes(error.type);
}

let injected = 0;

export class DisturbedProcess {
  readonly #fate: Disturbance | null;
  readonly #lost: Promise<'lost'>;
  #lose: () => void = () => undefined;
  #wake: () => void = () => undefined;
  #isLost = false;
  #met = false;
  #inExecution = 0;
  #ofItemInHand = 0;
  #items = 0;
  /** How its execution ended, also where nobody hears of it; a zombie's is awaited. */
  #end: Promise<unknown> = Promise.resolve();

  constructor(fate: Disturbance | null) {
    this.#fate = fate;
    this.#lost = new Promise((resolve) => {
      this.#lose = () => resolve('lost');
    });
  }

  get work(): Work {
    return { inExecution: this.#inExecution, ofItemInHand: this.#ofItemInHand };
  }

  /** Resolves when it is lost. */
  get lost(): Promise<'lost'> {
    return this.#lost;
  }

  get isZombie(): boolean {
    return this.#isLost && this.#fate?.kind === 'zombie';
  }

  /** Starts its execution; what comes of it reaches nobody once the process is lost (D1). */
  run<Outcome>(start: () => Promise<Outcome>): Promise<Outcome> {
    const running = start();
    this.#end = running.catch((error: unknown) => error);
    return new Promise((resolve, reject) => {
      running.then(
        (outcome) => this.#isLost || resolve(outcome),
        (error: unknown) => this.#isLost || reject(error),
      );
    });
  }

  /** Wakes a zombie. @returns how its execution ended */
  async wake(): Promise<unknown> {
    this.#wake();
    return this.#end;
  }

  /** @throws InjectedError */
  async beforeEffect(): Promise<'go on' | 'put off'> {
    const fate = this.#fate;
    if (fate === null || this.#met || this.#inExecution < fate.after) return 'go on';
    switch (fate.kind) {
      case 'error':
        this.#met = true;
        throw new InjectedError(`an item fails (${++injected})`);
      case 'outage':
        this.#met = true;
        throw new InjectedOutage('the database is away');
      case 'put off':
        this.#met = true;
        return 'put off';
      case 'lost':
        if (fate.effect === 'not made') await this.#isGone();
        return 'go on';
      case 'zombie':
        if (this.#ofItemInHand === 0) await this.#isGone();
        return 'go on';
      default:
        return 'go on';
    }
  }

  async afterEffect(): Promise<void> {
    this.#inExecution += 1;
    this.#ofItemInHand += 1;
    const fate = this.#fate;
    if (fate?.kind === 'lost' && fate.effect === 'made' && this.#inExecution > fate.after)
      await this.#isGone();
  }

  itemDone(): void {
    this.#items += 1;
    this.#ofItemInHand = 0;
  }

  /** For a job that asks to be interrupted. */
  get wantsToExit(): boolean {
    return this.#fate?.kind === 'exit' && this.#items >= this.#fate.after;
  }

  /** Comes back for a zombie alone, when that is woken. */
  #isGone(): Promise<void> {
    this.#met = true;
    this.#isLost = true;
    this.#lose();
    return new Promise((resolve) => {
      if (this.#fate?.kind === 'zombie') this.#wake = resolve;
    });
  }
}
