/** A measurement on a terminal. */
import { table } from '../ui/table.js';
import { layOut } from './lay-out.js';
import type { Measurement } from './measurement.js';
import { describeOrigin } from './render-benchmarks.js';
import { tableTexts } from './table-texts.js';

export function renderText(measurement: Measurement): string {
  const { head, rows } = layOut(measurement);
  const columns = head.map((title, index) => ({ title, align: index === 0 ? 'left' : 'right' }) as const);
  return [
    tableTexts[measurement.table].title,
    table(columns, rows),
    describeOrigin(measurement)
      .replaceAll('**', '')
      .replace(/ Raw samples: .*/, ''),
  ].join('\n\n');
}
