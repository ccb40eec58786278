/**
 * Draws the page of a comparison and keeps how it looks in docs/screens: its top and its charts in light and dark, and its top on a phone.
 *
 *   npm run screens:report -- docs/comparison/sigkill.json
 *
 * The comparison is one that `compare --json` printed.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { comparisonSchema } from '../src/cli/compare/comparison.js';
import { renderReport } from '../src/cli/report/render-report.js';
import { openBrowser } from '../test/servers/a-browser.js';

const folder = fileURLToPath(new URL('../docs/screens/', import.meta.url));
const desk = { width: 1280, height: 1130 } as const;
const screens = [
  { name: 'report-light', viewport: desk, colorScheme: 'light', part: null },
  { name: 'report-dark', viewport: desk, colorScheme: 'dark', part: null },
  { name: 'report-charts-light', viewport: desk, colorScheme: 'light', part: '.charts' },
  { name: 'report-charts-dark', viewport: desk, colorScheme: 'dark', part: '.charts' },
  { name: 'report-phone', viewport: { width: 390, height: 1500 }, colorScheme: 'light', part: null },
] as const;

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Name the comparison: npm run screens:report -- file.json');
const comparison = comparisonSchema.parse(JSON.parse(await readFile(file, 'utf8')));
const html = await renderReport(comparison);
await mkdir(folder, { recursive: true });
const { browser, close } = await openBrowser();
try {
  for (const { name, viewport, colorScheme, part } of screens) {
    const page = await browser.newPage({ viewport, colorScheme });
    await page.setContent(html);
    await (part === null ? page : page.locator(part)).screenshot({ path: `${folder}${name}.png` });
    process.stdout.write(`${name}\n`);
    await page.close();
  }
} finally {
  await close();
}
