/** The runs' lines: a card of one to three lines for each that is open, one line for each that has ended. Pure. */
import { describePace } from '../cadence-words.js';
import { describePlace } from '../jobs.js';
import { describeSeconds } from '../ui/rate-meter.js';
import type { Chosen } from './choose-parts.js';
import { displayWidth } from './display-width.js';
import { bar, type Line, plain, type Span, strong, textOf } from './lines.js';
import type { MonitorModel, RunFact } from './monitor-model.js';
import { describeAge, inOneLine } from './words.js';

export function runLines(
  { openRuns, parts }: MonitorModel,
  open: readonly RunFact[],
  chosen: Chosen,
  columns: number,
): Line[] {
  if (chosen.openRuns === 0) return [];
  if (open.length === 0) {
    const known = parts.temporal.state === 'answers' || parts.temporal.ageMs !== null;
    return [[plain(known ? 'no open run: npx leftoff run step:process-orders' : 'runs: not known yet')]];
  }
  const hidden = openRuns > chosen.openRuns;
  const shown = hidden && chosen.openRuns > 1 ? chosen.openRuns - 1 : chosen.openRuns;
  const cards = open.slice(0, shown).flatMap((run) => runCard(run, chosen.runLines, columns));
  if (shown === chosen.openRuns) return cards;
  return [...cards, [plain(`and ${openRuns - shown} more: npx leftoff runs`)]];
}

function runCard(run: RunFact, lines: Chosen['runLines'], columns: number): Line[] {
  const head: Line = [strong(inOneLine(run.workflowId)), plain('  '), stateSpan(run)];
  const progress = progressWords(run);
  if (lines === 1) {
    const taken = displayWidth(textOf(head));
    return [
      [
        ...head,
        plain('  '),
        ...progressBar(run, Math.min(20, columns - taken - progress.length - 4)),
        plain(progress),
      ],
    ];
  }
  const kind = `  ${inOneLine(`${run.pattern}:${run.job}`)}, store ${run.store}`;
  const barWidth = Math.min(40, columns - progress.length - 4);
  const middle: Line = [plain('  '), ...progressBar(run, barWidth), plain(progress)];
  if (lines === 2) {
    const place = `  ${checkpointWords(run)}`;
    return [run.remark === null ? [...head, plain(place)] : [...head, plain('  '), remarkSpan(run)], middle];
  }
  const first: Line = [...head, plain(kind)];
  if (run.remark === null) return [first, middle, [plain(`  ${placeWords(run)}`)]];
  if (lines === 4 && hasLongRemark(run))
    return [first, middle, [plain(`  ${placeWords(run)}`)], [plain('  '), remarkSpan(run)]];
  return [first, middle, [plain(`  ${checkpointWords(run)}; `), remarkSpan(run)]];
}

/** Whether it deserves a line of its own, where there is one. */
export function hasLongRemark({ remark }: RunFact): boolean {
  return remark !== null && remark.length > 20;
}

function stateSpan({ state }: RunFact): Span {
  const text = inOneLine(state);
  switch (state) {
    case 'running':
    case 'completed':
      return { text, tone: 'good' };
    case 'failed':
      return { text, tone: 'bad' };
    default:
      return { text, tone: 'warn' };
  }
}

function progressBar({ processed, failed, done, total }: RunFact, width: number): Span[] {
  if (total === null || width < 4) return [];
  const spans = bar(
    [
      { count: processed, sign: '█', tone: 'good' },
      { count: failed, sign: 'x', tone: 'bad' },
      { count: Math.max(0, total - done), sign: '░', tone: 'plain' },
    ],
    width,
  );
  return spans.length === 0 ? [] : [...spans, plain('  ')];
}

function progressWords({ done, total, failed, perSecond, etaSeconds, state }: RunFact): string {
  const of = total === null ? `${done} done` : `${done} of ${total}`;
  const failures = failed === 0 ? '' : `, ${failed} failed`;
  // Of a run that is meant to stand still neither says anything.
  if (perSecond === null || state === 'paused') return `${of}${failures}`;
  const rate = `${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s`;
  const eta = etaSeconds === null ? '' : `  ETA ${describeSeconds(etaSeconds)}`;
  return `${of}${failures}  ${rate}${eta}`;
}

function checkpointWords({ job, cursor, checkpoint, partitions }: RunFact): string {
  const parts = partitions === null ? '' : `${partitions.done} of ${partitions.all} partitions done; `;
  if (checkpoint === null) return `${parts}no checkpoint yet`;
  const place = cursor === null ? '' : ` after ${inOneLine(describePlace(job, cursor))}`;
  const age = checkpoint.ageMs === null ? '' : `, ${describeAge(checkpoint.ageMs)} ago`;
  return `${parts}checkpoint${place}${age}, ${sourceWords(checkpoint.source)}`;
}

function sourceWords(source: string): string {
  switch (source) {
    case 'history':
      return 'in history';
    case 'heartbeat':
      return 'by heartbeat';
    case 'interruption':
      return 'at the stop';
    case 'continue-as-new':
      return 'carried over';
    default:
      return `in ${inOneLine(source)}`;
  }
}

function placeWords(run: RunFact): string {
  const resumed =
    run.resumptions === 0 ? '' : `; resumed ${times(run.resumptions)}, ${run.revisited} met again`;
  const cadence = run.cadence === null ? '' : `; ${describePace(run, run.cadence)}`;
  return `${checkpointWords(run)}${resumed}${cadence}`;
}

function remarkSpan({ remark, state }: RunFact): Span {
  return { text: inOneLine(remark ?? ''), tone: state === 'failed' ? 'bad' : 'warn' };
}

export function endedRunLine(run: RunFact): Line {
  const of = run.total === null ? `${run.done} done` : `${run.done} of ${run.total}`;
  const failures = run.failed === 0 ? '' : `, ${run.failed} failed`;
  const ended = run.endedMsAgo === null ? '' : `, ${describeAge(run.endedMsAgo)} ago`;
  const why: Line = run.remark === null ? [] : [plain(': '), remarkSpan(run)];
  return [
    strong(inOneLine(run.workflowId)),
    plain('  '),
    stateSpan(run),
    plain(`  ${of}${failures}, took ${describeAge(run.durationMs)}${ended}`),
    ...why,
  ];
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
