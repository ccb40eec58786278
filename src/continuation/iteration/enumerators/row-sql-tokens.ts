/**
 * The words of an SQL text that mean something where they stand: not those in strings, comments and quoted names.
 *
 * T1  PostgreSQL's own forms: '' and E'' strings, $tag$ strings, nested block comments, "names", $1 parameters.
 * T2  Each token knows how deep in parentheses it stands.
 */
export interface SqlToken {
  readonly kind: 'word' | 'name' | 'parameter' | 'literal' | 'symbol';
  /** A word in lower case; all else as written. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** How many parentheses are open around it; a parenthesis itself stands outside. */
  readonly depth: number;
}

const kinds: readonly (readonly [SqlToken['kind'] | 'nothing', RegExp])[] = [
  ['nothing', /\s+|--[^\n]*/y],
  ['literal', /e'[^'\\]*(?:(?:''|\\.)[^'\\]*)*'/isy],
  ['literal', /(?:[bxn]|u&)?'[^']*(?:''[^']*)*'/iy],
  ['name', /(?:u&)?"[^"]*(?:""[^"]*)*"/iy],
  ['literal', /\$([a-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$.*?\$\1\$/isy],
  ['parameter', /\$\d+/y],
  ['word', /[a-z_\u0080-\uffff][\w$\u0080-\uffff]*/iy],
  ['literal', /\d[\w.]*/y],
  ['symbol', /./sy],
];

export function readSqlTokens(text: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  let depth = 0;
  for (let start = 0; start < text.length; ) {
    const { kind, end } = text.startsWith('/*', start)
      ? { kind: 'nothing' as const, end: endOfComment(text, start) }
      : pieceAt(text, start);
    const piece = text.slice(start, end);
    if (kind === 'symbol' && piece === ')') depth -= 1;
    if (kind !== 'nothing')
      tokens.push({ kind, text: kind === 'word' ? piece.toLowerCase() : piece, start, end, depth });
    if (kind === 'symbol' && piece === '(') depth += 1;
    start = end;
  }
  return tokens;
}

function pieceAt(text: string, start: number): { kind: SqlToken['kind'] | 'nothing'; end: number } {
  for (const [kind, pattern] of kinds) {
    pattern.lastIndex = start;
    if (pattern.test(text)) return { kind, end: pattern.lastIndex };
  }
  return { kind: 'symbol', end: start + 1 };
}

/** Block comments nest in PostgreSQL. */
function endOfComment(text: string, start: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  for (let open = 0; ; ) {
    const found = edge.exec(text);
    if (found === null) return text.length;
    open += found[0] === '/*' ? 1 : -1;
    if (open === 0) return edge.lastIndex;
  }
}
