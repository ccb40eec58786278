/** What a built module needs from outside of its package, itself and over what it imports. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const fromClause = /^(?:import|export)\s(?:[^'"]*?\sfrom\s)?['"]([^'"]+)['"]/gm;

/** Package names and Node's modules, each once. @param file as tsc writes it, one statement an import */
export function importsOf(file: string, seen: Set<string> = new Set()): Set<string> {
  const found = new Set<string>();
  if (seen.has(file)) return found;
  seen.add(file);
  for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(fromClause)) {
    if (specifier.startsWith('.'))
      for (const each of importsOf(join(dirname(file), specifier), seen)) found.add(each);
    else found.add(packageOf(specifier));
  }
  return found;
}

function packageOf(specifier: string): string {
  const [first = '', second = ''] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}
