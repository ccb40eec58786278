/**
 * Draws the page of a comparison and keeps how it looks in docs/screens: wide in light and dark, and on a phone.
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
const screens = [
  { name: 'report-light', width: 1280, height: 1400, colorScheme: 'light' },
  { name: 'report-dark', width: 1280, height: 1400, colorScheme: 'dark' },
  { name: 'report-phone', width: 390, height: 1400, colorScheme: 'light' },
] as const;

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Name the comparison: npm run screens:report -- file.json');
const comparison = comparisonSchema.parse(JSON.parse(await readFile(file, 'utf8')));
const html = await renderReport(comparison);
await mkdir(folder, { recursive: true });
const { browser, close } = await openBrowser();
try {
  for (const { name, width, height, colorScheme } of screens) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
    await page.setContent(html);
    await page.screenshot({ path: `${folder}${name}.png` });
    process.stdout.write(`${name}\n`);
    await page.close();
  }
} finally {
  await close();
}
