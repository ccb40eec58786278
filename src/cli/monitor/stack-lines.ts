/** The lines of the stack: its parts, what is away, and the orders in the database. Pure. */
import { type PartName, partLabels } from '../../stack/addresses.js';
import type { Chosen } from './choose-parts.js';
import { bar, type Line, plain, type Span, strong } from './lines.js';
import type { MonitorModel, PartFact } from './monitor-model.js';
import { describeAge, describeClock, inOneLine } from './words.js';

export function titleLine({ at, parts }: MonitorModel): Line {
  const states = (['temporal', 'postgres', 'redis'] as const).flatMap((part) => [
    plain('  '),
    partSpan(parts[part]),
  ]);
  return [strong('leftoff'), plain(` ${describeClock(Date.parse(at))}`), ...states];
}

function partSpan({ name, state, ageMs }: PartFact): Span {
  switch (state) {
    case 'not asked yet':
      return plain(`${name} …`);
    case 'answers':
      return { text: `${name} ok`, tone: 'good' };
    case 'not running':
      // All but its checkpoints works without, and many have none.
      if (name === partLabels.redis && ageMs === null) return plain(`no ${name}`);
      return { text: `${name} AWAY`, tone: 'bad' };
    case 'silent':
      return { text: `${name} AWAY`, tone: 'bad' };
  }
}

/** What is missing without each, for the lines that say that it is away. */
const shownOf: Readonly<Record<PartName, string>> = {
  temporal: 'runs',
  postgres: 'orders',
  redis: '',
};

export function awayLines({ parts }: MonitorModel): Line[] {
  const isAway = ({ state }: PartFact) => state === 'not running' || state === 'silent';
  const lines = (['temporal', 'postgres'] as const).flatMap((part): Line[] => {
    const { words, ageMs, state } = parts[part];
    if (!isAway(parts[part])) return [];
    const then = ageMs === null ? '' : `; ${shownOf[part]} as of ${describeAge(ageMs)} ago`;
    const mend = state === 'not running' ? ': npx leftoff up' : '';
    return [[{ text: `${inOneLine(words ?? '')}${mend}${then}`, tone: 'bad' }]];
  });
  // All but Redis checkpoints works without.
  return parts.redis.state === 'silent'
    ? [...lines, [{ text: 'Redis does not answer', tone: 'bad' }]]
    : lines;
}

export function orderLines(
  { orders, parts }: MonitorModel,
  lines: Chosen['orders'],
  columns: number,
): Line[] {
  if (lines === 0) return [];
  if (orders === null) {
    const known = parts.postgres.state === 'answers';
    return [[strong('ORDERS'), plain(known ? '  none yet: npx leftoff seed --quick' : '  not known yet')]];
  }
  const { total, processed, failed, pending } = orders;
  const counts = `${processed} processed, ${failed} failed, ${pending} pending of ${total}`;
  const parted = [
    { count: processed, sign: '█', tone: 'good' },
    { count: failed, sign: 'x', tone: 'bad' },
    { count: pending, sign: '░', tone: 'plain' },
  ] as const;
  if (lines === 2)
    return [
      [
        strong('ORDERS'),
        plain(`  ${processed} processed █  ${failed} failed x  ${pending} pending ░  of ${total}`),
      ],
      [plain(' '), ...bar(parted, columns - 2)],
    ];
  const short = `${processed} done, ${failed} failed, ${pending} pending`;
  const words = columns < 70 ? short : counts;
  return [[strong('ORDERS'), plain(` ${words} `), ...bar(parted, columns - words.length - 9)]];
}
