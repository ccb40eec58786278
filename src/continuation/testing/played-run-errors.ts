/** What a played run tells a test that asked for what can't be. */

/** An execution came to another end than the test asked for: that test would prove nothing. */
export class EndedOtherwiseError extends Error {
  override readonly name = 'EndedOtherwiseError';

  /** @param wanted what the test wanted it to be: `killed`, say. @param kind how it ended */
  constructor(wanted: string, kind: string) {
    super(
      `The execution was to be ${wanted}, and ended by ${kind === 'killed' ? 'being killed' : `itself (${kind})`}. Ask for an end that it gets to: after fewer items, say.`,
    );
  }
}

/** The run has ended: its Workflow would schedule nothing more. */
export class RunIsOverError extends Error {
  override readonly name = 'RunIsOverError';

  /** @param why follows 'The run' */
  constructor(why: string) {
    super(`The run ${why}. Its Workflow schedules nothing more for it: play a new run.`);
  }
}
