/** A path as one word of a shell's command line, whatever is in it. Plain ones stay as they are, to be easy to read. */
export function quoteForShell(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
