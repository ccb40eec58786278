/** Writes a comparison as a page with pictures. To be imported where one is asked for: the chart library takes a quarter of a second. */
import { writeFile } from 'node:fs/promises';
import { renderReport } from '../report/render-report.js';
import type { ReportExtras } from '../report/report-extras.js';
import type { Comparison } from './comparison.js';
import { dependsOnHere, dependsOnNothingHere, notClaimed } from './honesty.js';
import { claimTable, guaranteeTable, qualityTable } from './word-tables.js';

export async function writeReportPage(path: string, comparison: Comparison): Promise<void> {
  await writeFile(path, await renderReport(comparison, extrasOf(comparison)));
}

/** What stands on the page beside the numbers. */
function extrasOf({ lanes, priceOrders }: Comparison): ReportExtras {
  return {
    tables: [...(priceOrders === undefined ? [] : [claimTable(lanes)]), guaranteeTable(), qualityTable()],
    notClaimed,
    dependence: { onThisStand: dependsOnHere, onNothingHere: dependsOnNothingHere },
  };
}
