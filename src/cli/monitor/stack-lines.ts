/** The lines of the stack: its parts, what is away, and the orders in the database. Pure. */
import { partLabels } from '../../stack/addresses.js';
import type { Chosen } from './choose-parts.js';
import { bad, bar, type Line, plain, type Span, strong } from './lines.js';
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
      return bad(`${name} AWAY`);
    case 'silent':
      return bad(`${name} AWAY`);
  }
}

export function awayLines({ parts: { temporal, postgres, redis }, registerAway }: MonitorModel): Line[] {
  return [
    ...awayLine(temporal, 'runs'),
    ...awayLine(postgres, 'orders'),
    // Not running is no fault of Redis': all but its checkpoints works without.
    ...(redis.state === 'silent' ? awayLine(redis, null) : []),
    ...(registerAway === null ? [] : [[bad(inOneLine(registerAway))]]),
  ];
}

/** @param shown what is on the screen of it still */
function awayLine({ state, words, ageMs }: PartFact, shown: string | null): Line[] {
  if (state !== 'not running' && state !== 'silent') return [];
  const then = ageMs === null || shown === null ? '' : `; ${shown} as of ${describeAge(ageMs)} ago`;
  const mend = state === 'not running' ? ': npx leftoff up' : '';
  return [[bad(`${inOneLine(words ?? '')}${mend}${then}`)]];
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
