/**
 * Refuses what would end or split an item's transaction: BEGIN, COMMIT and their like, and more than one statement in a text.
 *
 * Reads a text only as far as it needs to: comments, quoted strings and dollar-quoted bodies are passed over.
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

/** @throws StatementRefusedError */
export function refuseStatement(text: string): void {
  const words: string[] = [];
  const single = !text.includes(';');
  let ended = false;
  for (const token of tokensOf(text)) {
    if (ended && token !== ';')
      throw new StatementRefusedError(`'${shorten(text)}' has more than one statement.`);
    if (token === ';') ended = words.length > 0;
    else if (words.length < 2) words.push(token.toUpperCase());
    else if (single) break;
  }
  const [first = '', second = ''] = words;
  if (
    transactionWords.has(first) ||
    (first === 'PREPARE' && second === 'TRANSACTION') ||
    (first === 'SET' && second === 'TRANSACTION')
  ) {
    throw new StatementRefusedError(`'${shorten(text)}' is not for an item.`);
  }
}

/** In this order at each place: what is passed over, what is quoted, words, and anything else. */
const token = new RegExp(
  [
    /(?<blank>\s+|--[^\n]*)/,
    /(?<comment>\/\*)/,
    /(?<dollar>\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)/,
    /[eE]'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*'?/,
    /'[^']*(?:''[^']*)*'?/,
    /"[^"]*(?:""[^"]*)*"?/,
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
    const [whole] = found;
    const { blank, comment, dollar } = found.groups ?? {};
    at += whole.length;
    if (comment !== undefined) at = endOfComment(text, at);
    else if (dollar !== undefined) at = endOf(text, dollar, at);
    if (blank === undefined && comment === undefined) yield whole;
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

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

function shorten(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
