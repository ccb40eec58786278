/**
 * Takes a query's leading WITH off, so that it can stand before our SELECT and not inside its subquery: there PostgreSQL
 * keeps it apart, and sorts all that is left for each page instead of following an index.
 *
 * W1  What may change data stays where it is: there PostgreSQL refuses it, before our SELECT it would run for each page.
 */
import type { SqlToken } from './row-sql-tokens.js';

export interface SplitQuery {
  /** `WITH …`, or nothing. */
  readonly withClause: string;
  readonly body: string;
}

/** @param tokens the whole query's, of its outermost level first */
export function splitWithClause(text: string, tokens: readonly SqlToken[]): SplitQuery {
  const [first] = tokens;
  const start = first?.start ?? 0;
  const end = tokens.at(-1)?.end ?? start;
  const main = first?.text === 'with' ? tokens.findIndex((_, i) => beginsBody(tokens, i)) : 0;
  const changesData = tokens.slice(0, main).some(({ kind, text }) => kind === 'word' && changes.has(text));
  const split = main <= 0 || changesData ? start : (tokens[main]?.start ?? start);
  return { withClause: text.slice(start, split), body: text.slice(split, end) };
}

const changes = new Set(['insert', 'update', 'delete', 'merge']);

/** After the last `)` of WITH; a word that follows WITH, RECURSIVE or a comma is the name of one of its queries. */
function beginsBody(tokens: readonly SqlToken[], i: number): boolean {
  const token = tokens[i];
  const before = tokens[i - 1];
  if (token === undefined || before === undefined || token.depth !== tokens[0]?.depth) return false;
  if (token.text === '(') return before.text === ')';
  return (
    ['select', 'values', 'table'].includes(token.text) && !['with', 'recursive', ','].includes(before.text)
  );
}
