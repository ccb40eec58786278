/**
 * The caller's query, checked for what the reading by pages would change the meaning of.
 *
 * Q1  ORDER BY, LIMIT, OFFSET, FETCH and FOR at the top level are refused; in subqueries, CTEs, strings, comments and
 *     names they are the caller's own affair.
 * Q2  It is one statement that returns rows, and has a value for each of its parameters: ours are numbered after them.
 * Q3  Whether it has something that can make a NOT NULL column null (an outer join, grouping sets) is found out here.
 */
import { OrderedQueryError, UnknownTableError, UnusableQueryError } from './row-errors.js';
import { readSqlTokens, type SqlToken } from './row-sql-tokens.js';
import { splitWithClause } from './row-with-clause.js';

/** A table's name, as it is written in SQL, or a SELECT with its values. */
export type RowQuery = string | { readonly text: string; readonly values?: readonly unknown[] };

export interface CheckedQuery {
  /** What has to stand before the statement that has the query in it; mostly nothing. */
  readonly withClause: string;
  /** Can stand in parentheses: it has no semicolon and no comment at its end. */
  readonly body: string;
  readonly values: readonly unknown[];
  readonly canAddNulls: boolean;
}

/** @throws OrderedQueryError, UnusableQueryError */
export function checkQuery(query: {
  readonly text: string;
  readonly values?: readonly unknown[];
}): CheckedQuery {
  const { values = [] } = query;
  const tokens = oneStatement(readSqlTokens(query.text));
  const top = withoutOuterParentheses(tokens);
  const first = top[0];
  if (first === undefined || !['select', 'with', 'values', 'table', '('].includes(first.text))
    throw new UnusableQueryError(
      `The query begins with ${first ? `'${first.text}'` : 'nothing'}, not with SELECT`,
    );
  for (const [i, token] of top.entries()) {
    const clause = token.depth === first.depth ? pagingClauses.get(token.text) : undefined;
    if (clause !== undefined && isKeyword(top, i)) throw new OrderedQueryError(clause);
  }
  const highest = Math.max(
    0,
    ...tokens.map(({ kind, text }) => (kind === 'parameter' ? Number(text.slice(1)) : 0)),
  );
  if (highest > values.length)
    throw new UnusableQueryError(`The query has a parameter $${highest}, and ${values.length} values`);
  return {
    ...splitWithClause(query.text, top),
    values,
    canAddNulls: tokens.some((_, i) => isKeyword(tokens, i) && addsNulls(tokens, i)),
  };
}

/** @throws UnknownTableError for what isn't a name, dotted or not */
export function checkTableName(table: string): string {
  const tokens = readSqlTokens(table);
  const isName = tokens.every(({ kind, text }, i) =>
    i % 2 === 0 ? kind === 'word' || kind === 'name' : text === '.',
  );
  if (!isName || tokens.length % 2 === 0) throw new UnknownTableError(table);
  return table;
}

const pagingClauses: ReadonlyMap<string, string> = new Map([
  ['order', 'ORDER BY'],
  ['limit', 'LIMIT'],
  ['offset', 'OFFSET'],
  ['fetch', 'FETCH'],
  ['for', 'a locking clause (FOR UPDATE and the like)'],
]);

function oneStatement(tokens: readonly SqlToken[]): readonly SqlToken[] {
  const semicolon = tokens.findIndex(({ kind, text }) => kind === 'symbol' && text === ';');
  if (semicolon === -1) return tokens;
  if (semicolon < tokens.length - 1) throw new UnusableQueryError('The query has more than one statement');
  return tokens.slice(0, semicolon);
}

/** `(SELECT … LIMIT 5)` has its limit at the top level; `(SELECT …) UNION (SELECT …)` begins with a parenthesis of its own. */
function withoutOuterParentheses(tokens: readonly SqlToken[]): readonly SqlToken[] {
  const first = tokens[0];
  const last = tokens.at(-1);
  if (first?.text !== '(' || last?.text !== ')') return tokens;
  const closing = tokens.find(({ text, depth }, i) => i > 0 && text === ')' && depth === first.depth);
  return closing === last ? withoutOuterParentheses(tokens.slice(1, -1)) : tokens;
}

/** After AS and after a dot any word is a name; these words are names nowhere else. After a dot AS is one itself. */
function isKeyword(tokens: readonly SqlToken[], i: number): boolean {
  const before = tokens[i - 1];
  const isNamed = before?.kind === 'word' && before.text === 'as' && tokens[i - 2]?.text !== '.';
  return tokens[i]?.kind === 'word' && before?.text !== '.' && !isNamed;
}

function addsNulls(tokens: readonly SqlToken[], i: number): boolean {
  const word = tokens[i]?.text ?? '';
  const next = tokens[i + 1]?.text ?? '';
  if (['left', 'right', 'full'].includes(word)) return next === 'join' || next === 'outer';
  return ['rollup', 'cube', 'grouping'].includes(word);
}
