/**
 * Refuses what an item's transaction doesn't take, by the text alone.
 *
 * R1  What would end or split it: BEGIN, COMMIT and their like, and more than one statement in a text.
 * R2  What would outlast it, on a connection that others use next: SET without LOCAL, RESET, LISTEN, DEALLOCATE, DISCARD.
 * R3  What would undo the fence: how long the transaction may sit idle is the store's to say.
 *
 * Reads a text only as far as it needs to: comments, quoted strings and dollar-quoted bodies are passed over. What a
 * function does (`set_config`) it doesn't see.
 */
import { StatementRefusedError } from './postgres-errors.js';

const transactionWords = new Set([
  'BEGIN',
  'START',
  'COMMIT',
  'END',
  'ROLLBACK',
  'ABORT',
  'SAVEPOINT',
  'RELEASE',
]);

const outlastingWords = new Set(['RESET', 'LISTEN', 'DEALLOCATE', 'DISCARD']);

/** Texts that were let through, for the same few come with each item. */
const allowed = new Set<string>();
const mostAllowed = 200;
const longestAllowed = 10_000;

/** @throws StatementRefusedError */
export function refuseStatement(text: string): void {
  if (allowed.has(text)) return;
  const words: string[] = [];
  const single = !text.includes(';');
  let ended = false;
  for (const token of tokensOf(text)) {
    if (ended && token !== ';')
      throw new StatementRefusedError(`'${shorten(text)}' has more than one statement.`);
    if (token === ';') ended = words.length > 0;
    else if (words.length < 3) words.push(token.toUpperCase());
    else if (single) break;
  }
  const why = refusal(words);
  if (why !== null) throw new StatementRefusedError(`'${shorten(text)}' ${why}`);
  if (allowed.size < mostAllowed && text.length <= longestAllowed) allowed.add(text);
}

/** @param words a statement's first three, in capitals */
function refusal([first = '', second = '', third = '']: readonly string[]): string | null {
  if (transactionWords.has(first) || ((first === 'PREPARE' || first === 'SET') && second === 'TRANSACTION'))
    return 'is not for an item.';
  if (outlastingWords.has(first) || (first === 'SET' && second !== 'LOCAL' && second !== 'CONSTRAINTS'))
    return 'would outlast its item, on a connection that others use next; SET LOCAL ends with it.';
  if (first === 'SET' && third.replaceAll('"', '') === 'IDLE_IN_TRANSACTION_SESSION_TIMEOUT')
    return "would undo the store's fence; idleInTransactionMs is where that is set.";
  return null;
}

/** In this order at each place: what is passed over, what is quoted, words, and anything else. */
const token = new RegExp(
  [
    /(?<blank>\s+|--[^\n\r]*)/,
    /(?<comment>\/\*)/,
    /(?<dollar>\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)/,
    /(?<escaping>[eE]')/,
    /(?<quote>['"])/,
    /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/,
    /[\s\S]/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'y',
);

function* tokensOf(text: string): Generator<string> {
  let at = 0;
  while (at < text.length) {
    token.lastIndex = at;
    const found = token.exec(text);
    if (found === null) return;
    const from = at;
    const { blank, comment, dollar, escaping, quote } = found.groups ?? {};
    at += found[0].length;
    if (comment !== undefined) at = endOfComment(text, at);
    else if (dollar !== undefined) at = endOf(text, dollar, at);
    else if (escaping !== undefined) at = endOfEscaping(text, at);
    else if (quote !== undefined) at = endOfQuoted(text, quote, at);
    if (blank === undefined && comment === undefined) yield text.slice(from, at);
  }
}

/** Comments nest in PostgreSQL. */
function endOfComment(text: string, from: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = from;
  for (let depth = 1; depth > 0; ) {
    const found = mark.exec(text);
    if (found === null) return text.length;
    depth += found[0] === '/*' ? 1 : -1;
  }
  return mark.lastIndex;
}

/** In E'…' a backslash takes the next character with it, and a quote may be doubled as well. */
function endOfEscaping(text: string, from: number): number {
  const mark = /\\[\s\S]|''|'/g;
  mark.lastIndex = from;
  for (;;) {
    const found = mark.exec(text);
    if (found === null) return text.length;
    if (found[0] === "'") return mark.lastIndex;
  }
}

/** Where a quote is doubled it goes on. By search, for a text of megabytes may be full of those. */
function endOfQuoted(text: string, quote: string, from: number): number {
  for (let at = from; ; at += 2) {
    at = text.indexOf(quote, at);
    if (at < 0) return text.length;
    if (text[at + 1] !== quote) return at + 1;
  }
}

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

function shorten(text: string): string {
  const line = text.trimStart().slice(0, 200).trim().replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
