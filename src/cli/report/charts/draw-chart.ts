/**
 * Draws a chart as SVG text, without a browser.
 *
 * D1  Colours are the page's variables, so one picture serves light, dark and paper.
 * D2  A screen reader hears its description; the page's tables have its numbers.
 */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** Wide for a screen or a slide, narrow for a phone: letters keep their size. */
const widths = { wide: 560, narrow: 330 } as const;

export interface Chart {
  readonly title: string;
  /** What there is to see, for who doesn't see it. */
  readonly description: string;
  /** How to read it, where it doesn't say so itself. */
  readonly note?: string;
  readonly wide: string;
  readonly narrow: string;
}

export function drawChart(
  words: Pick<Chart, 'title' | 'description' | 'note'>,
  options: (width: number) => Plot.PlotOptions,
): Chart {
  return {
    ...words,
    wide: drawPicture(words.description, { width: widths.wide, ...options(widths.wide) }),
    narrow: drawPicture(words.description, { width: widths.narrow, ...options(widths.narrow) }),
  };
}

export function drawPicture(description: string, options: Plot.PlotOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  document.body.append(
    Plot.plot({
      document,
      ...options,
      className: 'chart',
      ariaLabel: description,
      style: { fontSize: '12px', overflow: 'hidden' },
    }),
  );
  document.querySelector('svg')?.setAttribute('role', 'img');
  // Names of marks, which an image has no place for.
  for (const group of document.querySelectorAll('g[aria-label]')) group.removeAttribute('aria-label');
  return document.body.innerHTML;
}
