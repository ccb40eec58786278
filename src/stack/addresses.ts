/**
 * Where the parts of the stack are, and the one error for a part that isn't there.
 *
 * A1  `source` tells who owns the part: `environment` is the user's and never started or stopped by us; `local` is ours.
 * A2  Redis may be absent (null): everything but Redis checkpoints works without it.
 */
import { UserError } from '../user-error.js';

/** Who says where a part is: the user's environment, or our own record of a server we started. */
type AddressSource = 'environment' | 'local';

/** Where Temporal is; `ui` is null where we don't know of one. */
export interface TemporalAddress {
  readonly address: string;
  readonly namespace: string;
  readonly ui: string | null;
  readonly source: AddressSource;
}

/** A part that is reached by URL. It may hold a password: print it only where the contract asks for it. */
export interface UrlAddress {
  readonly url: string;
  readonly source: AddressSource;
}

/** The whole stack, as commands and workers need it. */
export interface StackAddresses {
  readonly temporal: TemporalAddress;
  readonly postgres: UrlAddress;
  readonly redis: UrlAddress | null;
}

/** The parts that we may start ourselves. */
export type PartName = 'temporal' | 'postgres' | 'redis';

/** The parts' names as people read them. */
export const partLabels: Readonly<Record<PartName, string>> = {
  temporal: 'Temporal',
  postgres: 'PostgreSQL',
  redis: 'Redis',
};

/** Hears of work that takes long enough to wonder about (a download, a first start). */
export type ProgressListener = (message: string) => void;

/** A part that is needed isn't running. */
export class StackDown extends UserError {
  override readonly name = 'StackDown';

  constructor(readonly missing: readonly PartName[]) {
    const names = missing.map((part) => partLabels[part]).join(' and ');
    super(`${names} ${missing.length === 1 ? 'is' : 'are'} not running.`, 'npx leftoff up');
  }
}
