/** What the screen is made of: lines of spans, each with a tone. Pure. */
import { displayWidth, head } from './display-width.js';

/** Colour only repeats what the words say. */
export type Tone = 'plain' | 'strong' | 'good' | 'warn' | 'bad';

/** A piece of a line. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

export type Line = readonly Span[];

export function plain(text: string): Span {
  return { text, tone: 'plain' };
}

export function strong(text: string): Span {
  return { text, tone: 'strong' };
}

export function bad(text: string): Span {
  return { text, tone: 'bad' };
}

export function textOf(line: Line): string {
  return line.map(({ text }) => text).join('');
}

/** Cuts a line to the width, with … where something is missing. */
export function cutLine(line: Line, columns: number): Line {
  if (displayWidth(textOf(line)) <= columns) return line;
  if (columns <= 0) return [];
  const kept: Span[] = [];
  let left = columns - 1;
  for (const span of line) {
    const width = displayWidth(span.text);
    if (width > left) return [...kept, { ...span, text: `${head(span.text, left)}…` }];
    kept.push(span);
    left -= width;
  }
  return kept;
}

/** One part of a bar. Its sign tells it from the others, on any projector. */
export interface BarPart {
  readonly count: number;
  readonly sign: string;
  readonly tone: Tone;
}

/** Every part that is there at all has a place in it, however small. */
export function bar(parts: readonly BarPart[], width: number): Span[] {
  if (width < 4) return [];
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return [];
  const lengths = parts.map(({ count }) =>
    count === 0 ? 0 : Math.max(1, Math.floor((count * width) / total)),
  );
  const spare = width - lengths.reduce((sum, length) => sum + length, 0);
  const longest = lengths.indexOf(Math.max(...lengths));
  return parts.map(({ sign, tone }, index) => ({
    text: sign.repeat(Math.max(0, (lengths[index] ?? 0) + (index === longest ? spare : 0))),
    tone,
  }));
}
