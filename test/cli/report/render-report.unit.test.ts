import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { comparisonSchema } from '../../../src/cli/compare/comparison.js';
import { renderReport } from '../../../src/cli/report/render-report.js';
import { aComparison, aLane, someExtras } from './a-comparison.js';

const hostile = `"'><script>alert(1)</script></svg><!-- <img src="https://example.org/x.png" onerror=alert(1)> &amp;`;

describe('the page of a comparison', () => {
  it('has the comparison in it as it was', async () => {
    const comparison = comparisonSchema.parse(aComparison({ faultTitle: hostile }));

    const { document } = parseHTML(await renderReport(comparison));

    const json = document.querySelector('script#comparison')?.textContent ?? '';
    expect(comparisonSchema.parse(JSON.parse(json))).toEqual(comparison);
  });

  it('takes what comes from outside as text, in words, tables, pictures and data', async () => {
    // A lane's word of tomorrow, or of a file that somebody edited.
    const lane = Object.assign(aLane('step', { note: hostile, cadence: hostile }), { lane: hostile });
    const comparison = aComparison({
      lanes: [lane],
      verdict: [hostile],
      faultTitle: hostile,
      command: hostile,
      commit: hostile,
      versions: { [hostile]: hostile },
    });
    const tables = [{ title: hostile, columns: [hostile, hostile], rows: [[hostile, hostile]] }];

    const html = await renderReport(comparison, { ...someExtras, tables, notClaimed: [hostile] });

    const { document } = parseHTML(html);
    expect([...document.querySelectorAll('script')].map(({ id }) => id)).toEqual(['comparison']);
    expect(document.querySelectorAll('img, [onerror]')).toHaveLength(0);
    expect(document.querySelector('h3')?.textContent).toBe(hostile);
  });

  it('names no address that a browser would fetch from', async () => {
    const html = await renderReport(aComparison(), someExtras);

    const { document } = parseHTML(html);
    const fetching = [...document.querySelectorAll('[src], [href]')].map((element) =>
      element.getAttribute('href'),
    );
    expect(fetching).toEqual(['data:,']);
    expect(/url\(|@import/.exec(html)?.[0]).toBeUndefined();
  });

  it('says each part that it is given, and leaves out what it is not', async () => {
    const whole = await renderReport(aComparison(), someExtras);
    const bare = await renderReport(aComparison({ verdict: [] }));

    const parts = [
      'by the number of items',
      'What each lane guarantees',
      'Not claimed here',
      'holds elsewhere',
      'When to choose which',
    ];
    for (const part of parts) {
      expect([part, whole.includes(part), bare.includes(part)]).toEqual([part, true, false]);
    }
  });

  it('is drawn from a comparison in which nothing was measured but the run itself', async () => {
    const nothing = {
      overhead: null,
      overheadSpread: null,
      checkpointMs: null,
      killedAt: null,
      recovery: null,
      progress: [],
    };
    const lanes = [{ ...aLane('step', nothing), recoveryMs: null, resumedAfter: null }];

    const html = await renderReport(aComparison({ fault: 'none', lanes, commit: null, settings: null }));

    expect(/.{20}(NaN|Infinity|undefined)/.exec(html)?.[0]).toBeUndefined();
    expect(html.includes('From the fault to the next order done')).toBe(false);
  });

  it('shows calls of the payment gateway where it was asked for', async () => {
    const payments = { calls: 64, deduplicated: 3, doubled: 0, key: 'run and order' } as const;
    const lanes = [aLane('step', { payments })];

    const title = 'Calls of the payment gateway';
    expect((await renderReport(aComparison({ lanes }))).includes(title)).toBe(true);
    expect((await renderReport(aComparison())).includes(title)).toBe(false);
  });
});
