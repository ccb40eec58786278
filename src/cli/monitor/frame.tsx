/** Draws the monitor's lines with ink, and hears the keys. Decides nothing. */
import { Box, Text, useInput } from 'ink';
import type { Line, Span, Tone } from './lines.js';

export interface FrameProps {
  readonly lines: readonly Line[];
  readonly coloured: boolean;
  /** Whether keys can be heard: standard input is a terminal. */
  readonly listening: boolean;
  readonly onQuit: () => void;
  readonly onInterrupt: () => void;
}

export function Frame({ lines, coloured, listening, onQuit, onInterrupt }: FrameProps) {
  useInput(
    (letter, key) => {
      // The terminal is in raw mode: Ctrl+C comes as a key.
      if (key.ctrl && letter === 'c') onInterrupt();
      else if (letter === 'q') onQuit();
    },
    { isActive: listening },
  );
  return (
    <Box flexDirection="column">
      {lines.map((line, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place on the screen
        <Text key={row} wrap="truncate">
          {line.length === 0 ? ' ' : line.map((span, place) => drawSpan(span, place, coloured))}
        </Text>
      ))}
    </Box>
  );
}

function drawSpan({ text, tone }: Span, place: number, coloured: boolean) {
  if (!coloured || tone === 'plain') return text;
  return (
    <Text key={place} {...looks[tone]}>
      {text}
    </Text>
  );
}

/** Bold, for projectors; no grey, which they swallow. */
const looks = {
  strong: { bold: true },
  good: { bold: true, color: 'green' },
  warn: { bold: true, color: 'yellow' },
  bad: { bold: true, color: 'red' },
} as const satisfies Record<Exclude<Tone, 'plain'>, object>;
