import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../../../src/cli/report/render-report.js';
import { type OpenBrowser, openBrowser } from '../../servers/a-browser.js';
import { aComparison, aLane, someExtras } from './a-comparison.js';

const sizes = [
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 390, colorScheme: 'light' },
] as const;

let opened: OpenBrowser;

beforeAll(async () => {
  opened = await openBrowser();
});

afterAll(() => opened.close());

interface Look {
  readonly width: number;
  readonly colorScheme?: 'light' | 'dark';
}

/** The page as a reader has it: what went wrong while it was opened is collected. */
async function openReport(html: string, look: Look): Promise<{ page: Page; complaints: string[] }> {
  const { width, colorScheme = 'light' } = look;
  const page = await opened.browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) complaints.push(`asked for ${request.url()}`);
  });
  await page.setContent(html);
  return { page, complaints };
}

/** Words of pictures that are shown, and stand out of their picture or on each other. */
const misplacedWords = `(() => {
  const found = [];
  for (const svg of document.querySelectorAll('svg.chart')) {
    const frame = svg.getBoundingClientRect();
    if (frame.width === 0) continue;
    const words = [...svg.querySelectorAll('text')].filter((text) => text.textContent.trim() !== '');
    const boxes = words.map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
    for (const [index, { text, box }] of boxes.entries()) {
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
        found.push(text + ' stands out of its picture');
      for (const other of boxes.slice(index + 1)) {
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        if (across > 1 && down > 4) found.push(text + ' stands on ' + other.text);
      }
    }
  }
  return found;
})()`;

const overflow = 'document.scrollingElement.scrollWidth - document.documentElement.clientWidth';

/** All of axe's rules: contrast of text, names of what can be reached by key, the order of headings. */
const violations = `axe.run().then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ target, failureSummary }) => target + ' ' + failureSummary).join('; ')))`;

describe('the page in a browser', () => {
  it.each(sizes)('asks for nothing, fits and can be read, $width wide and $colorScheme', async (size) => {
    const { page, complaints } = await openReport(await renderReport(aComparison(), someExtras), size);

    expect(await page.evaluate(overflow)).toBe(0);
    expect(await page.evaluate(misplacedWords)).toEqual([]);
    // From outside of the page, whose policy lets no script in.
    await page.evaluate(axe.source);
    expect(await page.evaluate(violations)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('is dark where the reader asks for dark, and light on paper', async () => {
    const ground = 'getComputedStyle(document.body).backgroundColor';
    const { page } = await openReport(await renderReport(aComparison()), {
      width: 1280,
      colorScheme: 'dark',
    });

    expect(await page.evaluate(ground)).toBe('rgb(18, 23, 29)');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate(ground)).toBe('rgb(255, 255, 255)');
    const paper = await page.pdf({ preferCSSPageSize: true });
    expect(paper.subarray(0, 5).toString()).toBe('%PDF-');
    await page.close();
  });

  it('runs nothing that came in as a word', async () => {
    const hostile = `"'><script>console.log(1)</script></svg><img src="http://127.0.0.1:9/" onerror="console.log(2)">`;
    const lane = Object.assign(aLane('step', { note: hostile, cadence: hostile }), { lane: hostile });
    const html = await renderReport(aComparison({ lanes: [lane], verdict: [hostile], faultTitle: hostile }));
    // Without the policy it is the escaping that holds.
    const { page, complaints } = await openReport(html.replace('Content-Security-Policy', ''), {
      width: 390,
    });

    expect(complaints).toEqual([]);
    expect(await page.evaluate(overflow)).toBe(0);
    await page.close();
  });

  it('fits with large numbers, long words and a fault near the end', async () => {
    const progress = [0, 250_000, 500_000, 990_000, 1_000_000].map((done) => ({
      atMs: done * 3,
      done,
      revisited: 0,
    }));
    const large = {
      killedAt: 990_000,
      revisited: 123_456,
      revisitBound: 250_000,
      progress,
      historyEvents: 12_345,
    };
    const lanes = aComparison().lanes.map((lane) => ({
      ...lane,
      ...large,
      durationMs: 3_000_000,
      checkpointMs: lane.checkpointMs === null ? null : lane.checkpointMs * 40,
      overhead: lane.overhead === null ? null : 12.34,
      cadence: 'auto: every 12,345 orders, so that less than a second of work is done again',
    }));
    const html = await renderReport(aComparison({ lanes, orders: 1_000_000, at: 990_000 }), someExtras);
    for (const { width } of [{ width: 1280 }, { width: 390 }]) {
      const { page } = await openReport(html, { width });

      expect(await page.evaluate(overflow)).toBe(0);
      expect(await page.evaluate(misplacedWords)).toEqual([]);
      await page.close();
    }
  });
});
