/**
 * What the stack knows about a server that it may start: data only, so that one procedure starts, checks and stops all three.
 */
import type { PartName, ProgressListener } from '../addresses.js';

/** An unprivileged user to run a server as. */
export interface UnixUser {
  readonly uid: number;
  readonly gid: number;
}

/** The ports of a server; `uiPort` only where it has a user interface. */
export interface ServerPorts {
  readonly port: number;
  readonly uiPort: number | null;
}

/** A server that is ready to be started: its program is on this machine, its data folder prepared. */
export interface LocalServer {
  readonly part: PartName;
  readonly executable: string;
  /** Where the executable came from, for `verify`. */
  readonly origin: string;
  readonly args: (ports: ServerPorts) => readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Null: as ourselves. */
  readonly runAs: UnixUser | null;
  /** Where its data is, quoted for a shell: what to move away should a damage keep it from starting. */
  readonly data: string;
  /** How clients reach it; kept in the record. */
  readonly address: (ports: ServerPorts) => string;
  /** Done right before each try to start it, when no predecessor runs any more. */
  readonly beforeStart?: (onProgress: ProgressListener) => Promise<void>;
  /** Rejects until the server answers real requests. Each call bounds itself to about a second. */
  readonly checkHealth: (ports: ServerPorts) => Promise<void>;
  /** Done once it is healthy. */
  readonly afterStart?: () => Promise<void>;
  /** How long a start may take, recovery after a crash included. */
  readonly startLimitMs: number;
}

/** Which ports a part takes: what the user demands, else what it had, else the usual one, else a free one. */
export const usualPorts: Readonly<Record<PartName, ServerPorts>> = {
  temporal: { port: 7233, uiPort: 8233 },
  postgres: { port: 5432, uiPort: null },
  redis: { port: 6379, uiPort: null },
};

/**
 * SIGINT is Postgres' "fast" shutdown; its SIGTERM would wait for every client to leave.
 * Each part has well under the four seconds that `down` may take.
 */
export const stopSignals: Readonly<Record<PartName, NodeJS.Signals>> = {
  temporal: 'SIGTERM',
  postgres: 'SIGINT',
  redis: 'SIGTERM',
};
