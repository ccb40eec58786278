import { execa } from 'execa';

/** A program that takes longer to name its version is none to start a server with. */
const answerLimitMs = 5_000;

export type VersionAnswer =
  | { readonly kind: 'version'; readonly version: string }
  | { readonly kind: 'unusable'; readonly reason: string };

/**
 * What a program says of its version (the first number with dots in it). Ends within the limit, or when it is called off, whatever
 * the program does.
 */
export async function readVersion(
  program: string,
  { signal, limitMs = answerLimitMs }: { readonly signal?: AbortSignal; readonly limitMs?: number } = {},
): Promise<VersionAnswer> {
  signal?.throwIfAborted();
  const limit = AbortSignal.timeout(limitMs);
  const enough = signal ? AbortSignal.any([signal, limit]) : limit;
  // In a group of its own: a wrapper's child may hold the pipe open when the wrapper is gone, and has to go with it.
  const child = execa(program, ['--version'], { reject: false, all: true, stdin: 'ignore', detached: true });
  const end = (): void => {
    if (child.pid !== undefined) endGroup(child.pid);
    // One that left the group as well: nobody listens to it any more.
    for (const output of [child.all, child.stdout, child.stderr]) output.destroy();
  };
  enough.addEventListener('abort', end);
  const { all, failed } = await child;
  enough.removeEventListener('abort', end);
  signal?.throwIfAborted();
  if (enough.aborted)
    return { kind: 'unusable', reason: `does not name its version within ${limitMs / 1000} s` };
  const version = failed ? undefined : /\d+(\.\d+)+/.exec(all ?? '')?.[0];
  return version === undefined ? { kind: 'unusable', reason: 'does not run' } : { kind: 'version', version };
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It went by itself in between.
  }
}

/** Whether `version` is `minimum` or newer, number by number. */
export function isAtLeast(version: string, minimum: string): boolean {
  const [have, need] = [version, minimum].map((each) => each.split('.').map(Number));
  for (const [index, wanted] of (need ?? []).entries()) {
    const found = have?.[index] ?? 0;
    if (found !== wanted) return found > wanted;
  }
  return true;
}
