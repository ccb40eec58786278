/**
 * Mistakes that a user can mend: what happened, why, and the command that mends it.
 *
 * U1  Printed as text, never with a stack trace.
 * U2  `usage` exits 2, `failed` exits 1 (the CLI's contract).
 */
export class UserError extends Error {
  override readonly name: string = 'UserError';

  constructor(
    /** What happened and why, one or two sentences. */
    message: string,
    /** What to do next: a command where there is one. */
    readonly mend: string,
    readonly kind: 'failed' | 'usage' = 'failed',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
