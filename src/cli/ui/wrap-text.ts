/** Breaks text into lines between words; a longer word (a path) keeps its line to itself, so that it can be copied. */

/** What output is written for; a wider terminal changes nothing, a narrower one is asked for its width. */
export const pageColumns = 80;

export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** Wraps each line of `text` behind `first`, and what follows of it behind as many spaces. */
export function wrapBehind(first: string, text: string, columns = pageColumns): string {
  const rest = ' '.repeat(first.length);
  const width = Math.max(20, columns - first.length);
  return text
    .split('\n')
    .flatMap((line) => wrapText(line, width).map((part, index) => `${index === 0 ? first : rest}${part}`))
    .join('\n');
}
