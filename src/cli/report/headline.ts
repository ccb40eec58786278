/**
 * The page's first sentence and its four big numbers, from the comparison alone.
 *
 * H1  What went wrong comes first: a lost or doubled order is never hidden behind a good number.
 * H2  The negative control is told apart: it is expected to double, and counts for no other number.
 */
import type { ComparedLane, Comparison } from '../compare/comparison.js';
import { between, count, counted, duration, unknown } from './number-words.js';

export interface Headline {
  readonly sentence: string;
  /** What the negative control did; null: it did not run. */
  readonly control: string | null;
  readonly numbers: readonly {
    readonly value: string;
    readonly label: string;
    readonly tone: 'plain' | 'bad';
  }[];
}

export function headlineOf(comparison: Comparison): Headline {
  const lanes = comparison.lanes.filter(({ lane }) => lane !== 'none');
  const control = comparison.lanes.find(({ lane }) => lane === 'none');
  const lost = sumOf(lanes, 'lost');
  const doubled = sumOf(lanes, 'doubled');
  const recoveries = lanes.flatMap(({ recoveryMs }) => recoveryMs ?? []);
  const revisits = lanes.map(({ revisited }) => revisited);
  const beyond = lanes.filter(({ revisited, revisitBound }) => revisited > (revisitBound ?? Infinity));
  const metAgain =
    lanes.length === 0 ? unknown : between(Math.min(...revisits), Math.max(...revisits), count);
  const goingAgain =
    recoveries.length === 0 ? unknown : between(Math.min(...recoveries), Math.max(...recoveries), duration);
  const total = lanes.length === 0 ? () => unknown : count;
  return {
    sentence: sentenceOf({ comparison, lanes, lost, doubled, beyond: beyond.length, metAgain }),
    control: control ? controlWords(control) : null,
    numbers: [
      { value: total(lost), label: 'orders lost', tone: lost > 0 ? 'bad' : 'plain' },
      { value: total(doubled), label: 'orders doubled', tone: doubled > 0 ? 'bad' : 'plain' },
      {
        value: metAgain,
        label: 'orders met again, by lane',
        tone: beyond.length > 0 ? 'bad' : 'plain',
      },
      { value: goingAgain, label: 'until the next order is done', tone: 'plain' },
    ],
  };
}

interface Told {
  readonly comparison: Comparison;
  readonly lanes: readonly ComparedLane[];
  readonly lost: number;
  readonly doubled: number;
  readonly beyond: number;
  readonly metAgain: string;
}

function sentenceOf({ comparison, lanes, lost, doubled, beyond, metAgain }: Told): string {
  const fault =
    comparison.fault === 'none'
      ? 'Without a fault'
      : `${faultWord(comparison.fault)} at order ${count(comparison.at)}`;
  if (lanes.length === 0) return `${fault}: only the negative control ran.`;
  const where = lanes.length === 1 ? `in ${lanes[0]?.lane}` : `in ${lanes.length} lanes`;
  if (lost + doubled > 0)
    return `${fault}: ${counted(lost, 'order')} lost and ${count(doubled)} doubled ${where}.`;
  if (beyond > 0)
    return `${fault}: nothing lost, nothing doubled ${where}, but ${counted(beyond, 'lane')} met more orders again than its bound.`;
  const again =
    metAgain === '0' ? 'no order met again' : `${metAgain} of ${count(comparison.orders)} orders met again`;
  return `${fault}: nothing lost, nothing doubled ${where}, ${again}.`;
}

/** Signals as everybody writes them; other faults as they are asked for. */
function faultWord(fault: Comparison['fault']): string {
  return fault.startsWith('sig') ? fault.toUpperCase() : fault;
}

function controlWords({ lost, doubled, revisited }: ComparedLane): string {
  return `The negative control, the same job without checkpoints and guard, met ${counted(revisited, 'order')} again, doubled ${count(doubled)} and lost ${count(lost)}.`;
}

function sumOf(lanes: readonly ComparedLane[], fact: 'lost' | 'doubled'): number {
  return lanes.reduce((sum, lane) => sum + lane[fact], 0);
}
