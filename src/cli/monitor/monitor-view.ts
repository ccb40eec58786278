/**
 * The monitor's screen as lines of words: what is drawn on a terminal, and printed by `--once`. Pure.
 *
 * V1  No line is wider than the screen: what doesn't fit is cut, with … where something is missing.
 * V2  No more lines than the screen has.
 */
import { type Chosen, chooseParts } from './choose-parts.js';
import { cutLine, type Line, plain, strong, textOf } from './lines.js';
import type { EventFact, MonitorModel } from './monitor-model.js';
import { endedRunLine, hasLongRemark, runLines } from './run-lines.js';
import { awayLines, orderLines, titleLine } from './stack-lines.js';
import { describeClock, inOneLine } from './words.js';
import { workerLines } from './worker-lines.js';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export function monitorView(model: MonitorModel, { columns, rows }: Size): Line[] {
  const open = model.runs.filter((run) => run.open);
  const ended = model.runs.filter((run) => !run.open);
  const away = awayLines(model);
  const chosen = chooseParts(
    {
      away: away.length,
      openRuns: open.length,
      longRemarks: open.filter(hasLongRemark).length,
      endedRuns: ended.length,
      workers: model.workers.length,
      events: model.events.length,
    },
    rows,
  );
  const lines = [
    ...(chosen.title === 1 ? [titleLine(model)] : []),
    ...away.slice(0, chosen.away),
    ...orderLines(model, chosen.orders, columns),
    ...heading(chosen, `RUNS  ${model.openRuns} open`),
    ...runLines(model, open, chosen, columns),
    ...ended.slice(0, chosen.endedRuns).map(endedRunLine),
    ...heading(chosen, `WORKERS  ${model.workers.length}`),
    ...workerLines(model, chosen),
    ...(chosen.events === 0 ? [] : heading(chosen, 'EVENTS')),
    ...model.events.slice(model.events.length - chosen.events).map(eventLine),
  ];
  return lines.map((line) => cutLine(line, columns));
}

/** For `--once`: the words alone. */
export function plainText(lines: readonly Line[]): string {
  return lines.map((line) => textOf(line).trimEnd()).join('\n');
}

function eventLine({ at, words, tone }: EventFact): Line {
  return [plain(`${describeClock(Date.parse(at))}  `), { text: inOneLine(words), tone }];
}

function heading({ headings }: Chosen, text: string): Line[] {
  switch (headings) {
    case 'none':
      return [];
    case 'tight':
      return [[strong(text)]];
    case 'spaced':
      return [[], [strong(text)]];
  }
}
