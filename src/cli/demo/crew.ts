/**
 * The workers of a stage, each a process of its own.
 *
 * C1  One that ends without having been struck is told, with the reason.
 * C2  `endAll` leaves none of them, and no note of one; a worker that is started meanwhile is ended too.
 */
import type { Timing } from '../../continuation/timing.js';
import { UserError } from '../../user-error.js';
import { type SpawnedWorker, spawnWorker } from '../../worker/spawn-worker.js';
import { listWorkers } from '../../worker/worker-record.js';
import type { Player } from './player.js';

export interface CrewOptions {
  readonly home: string;
  readonly profile: Timing['profile'];
  readonly player: Player;
  readonly onLine: (line: string) => void;
  /** C1 */
  readonly onLost: (reason: UserError) => void;
}

interface Member {
  readonly worker: SpawnedWorker;
  expected: boolean;
  ready: boolean;
  gone: boolean;
}

export class Crew {
  readonly #options: CrewOptions;
  readonly #members = new Set<Member>();
  #ending = false;

  constructor(options: CrewOptions) {
    this.#options = options;
  }

  /** @param variables added to its environment */
  async start(variables: Readonly<Record<string, string>> = {}): Promise<SpawnedWorker> {
    const { home, profile, player, onLine, onLost } = this.#options;
    const worker = await spawnWorker({ home, profile, faultSeam: true, onLine, variables });
    const member: Member = { worker, expected: this.#ending, ready: false, gone: false };
    this.#members.add(member);
    void worker.ready.then(
      () => {
        member.ready = true;
      },
      () => undefined,
    );
    void worker.exited.then((exit) => {
      member.gone = true;
      if (!member.expected) onLost(endedByItself(player, worker.pid, exit, home));
    });
    if (this.#ending) await end(member);
    return worker;
  }

  /** From now on this worker's end is part of the story. */
  expectEndOf(pid: number): void {
    for (const member of this.#members) if (member.worker.pid === pid) member.expected = true;
  }

  /** How many there are to take work. */
  get atWork(): number {
    return [...this.#members].filter(({ ready, gone }) => ready && !gone).length;
  }

  async endAll(): Promise<void> {
    this.#ending = true;
    await this.endThose();
  }

  /** Ends those that are there; others may be started after them. */
  async endThose(): Promise<void> {
    for (const member of this.#members) {
      member.expected = true;
      if (!member.gone) await end(member);
      this.#members.delete(member);
    }
    // Listing removes the notes of those that are gone.
    await listWorkers(this.#options.home);
  }
}

/** Ours by its handle: as long as its end isn't known, its pid is nobody else's. */
async function end({ worker: { pid, exited } }: Member): Promise<void> {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return; // It is gone already.
  }
  await exited;
}

function endedByItself(
  { noun, command }: Player,
  pid: number,
  { code, signal }: Awaited<SpawnedWorker['exited']>,
  home: string,
): UserError {
  return new UserError(
    `The ${noun}'s worker ${pid} ended, and not by the ${noun} (${signal ?? `exit code ${code}`}).`,
    `${command} once more; what it logged is in ${home}/logs.`,
  );
}
