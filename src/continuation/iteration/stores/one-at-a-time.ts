/** Does things one after another, each once the one before is over, whatever came of it. Where none is under way, at once. */
export class OneAtATime {
  #underWay = 0;
  #over: Promise<unknown> = Promise.resolve();

  /** @returns what the act comes to; an error that nobody looks at doesn't end the process. @throws what it throws */
  do<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#underWay > 0 ? this.#over.then(act) : act();
    this.#underWay += 1;
    const over = (): void => {
      this.#underWay -= 1;
    };
    this.#over = done.then(over, over);
    return done;
  }

  /** Resolves when all that was begun or waits is over. */
  get over(): Promise<unknown> {
    return this.#over;
  }
}
