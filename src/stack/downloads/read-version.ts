import { execa } from 'execa';

/** What a program says of its version (the first number with dots in it), or null where it doesn't run. */
export async function readVersion(program: string): Promise<string | null> {
  const { all, failed } = await execa(program, ['--version'], { reject: false, all: true, timeout: 10_000 });
  return failed ? null : (/\d+(\.\d+)+/.exec(all ?? '')?.[0] ?? null);
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
