/**
 * A comparison as a page to show and to keep: one HTML file.
 *
 * R1  It asks for nothing from elsewhere and runs no script: a policy in the file forbids both.
 * R2  What comes from outside, a lane's word or a note, stands on it as text, whatever it contains.
 * R3  The comparison is in it as it was, in `script#comparison`.
 *
 * To be imported where a report is asked for: the chart library takes a quarter of a second.
 */
import { renderToStaticMarkup } from 'react-dom/server';
import type { Comparison } from '../compare/comparison.js';
import { Page } from './page.js';
import type { ReportExtras } from './report-extras.js';

export async function renderReport(comparison: Comparison, extras: ReportExtras = {}): Promise<string> {
  return `<!doctype html>\n${renderToStaticMarkup(<Page comparison={comparison} extras={extras} />)}\n`;
}
