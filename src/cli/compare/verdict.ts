/**
 * The verdict in words: what the numbers of this comparison say, and when to choose which lane. Pure.
 *
 * V1  Nothing is said that the numbers don't bear out: a lane is named for what it measured best in, here and now.
 * V2  Two lanes that differ by less than a fifth in a time, or in what they cost in a single round, are told as equal: so much lies between
 *     two runs of the same.
 */
import { counted } from '../run-summary.js';
import { describeBytes, describeMs, describeRatio, listed } from './amounts.js';
import type { ComparedLane, Comparison } from './comparison.js';
import { laneNamed } from './lanes.js';
import { keptItsPromise } from './summarise-lane.js';

export type Judged = Pick<Comparison, 'fault' | 'at' | 'lanes'>;

const asGoodAs = 1.2;
/** Of medians: rounds side by side differ less. */
const asCheapAs = 1.02;

export function verdictOf(judged: Judged): string[] {
  const checked = judged.lanes.filter(({ lane }) => lane !== 'none');
  const control = judged.lanes.find(({ lane }) => lane === 'none');
  return [
    ...safety(judged, checked),
    ...(control === undefined ? [] : [controlWords(control)]),
    ...redone(checked),
    ...recovery(checked),
    ...price(checked),
    ...payments(judged.lanes),
    ...choices(checked),
  ];
}

function safety({ fault, at }: Judged, checked: readonly ComparedLane[]): string[] {
  if (checked.length === 0) return [];
  const under = fault === 'none' ? 'without a fault' : `under ${fault} at order ${at}`;
  const broken = checked.filter((lane) => !keptItsPromise(lane));
  if (broken.length === 0)
    return [
      `Lost 0 and doubled 0 in ${counted(checked.length, 'lane')} with checkpoints, ${under}; nothing was met again beyond its bound.`,
    ];
  return broken.map(
    ({ lane, lost, doubled, revisited, revisitBound }) =>
      `${lane} broke its promise ${under}: lost ${lost}, doubled ${doubled}, met again ${revisited} of at most ${revisitBound ?? 'any number'}.`,
  );
}

function controlWords({ doubled, lost }: ComparedLane): string {
  return doubled + lost > 0
    ? `The negative control, which keeps no checkpoint, doubled ${doubled} and lost ${lost}: the proof can fail.`
    : 'The negative control was not harmed by this fault: here, “doubled 0” is no evidence.';
}

function redone(checked: readonly ComparedLane[]): string[] {
  if (checked.length < 2) return [];
  const most = Math.max(...checked.map(({ revisited }) => revisited));
  if (most === 0) return ['No lane met an order again.'];
  const none = checked.filter(({ revisited }) => revisited === 0);
  const some = checked.filter(({ revisited }) => revisited > 0).toSorted((a, b) => a.revisited - b.revisited);
  const words = some.map(({ lane, revisited }) => `${lane} ${revisited}`);
  return [
    `Met again: ${listed(words)}${none.length === 0 ? '' : `; nothing in ${listed(none.map(nameOf))}`}.`,
  ];
}

function recovery(checked: readonly ComparedLane[]): string[] {
  const recovered = withNumber(checked, ({ recoveryMs }) => recoveryMs);
  const [first] = recovered;
  const last = recovered.at(-1);
  if (first === undefined || last === undefined || recovered.length < 2) return [];
  if (last.value <= first.value * asGoodAs)
    return [
      `All were going again about equally soon, after ${describeMs(first.value)} to ${describeMs(last.value)}.`,
    ];
  return [
    `Going again soonest: ${first.lane.lane} after ${describeMs(first.value)}; latest: ${last.lane.lane} after ${describeMs(last.value)}.${longestPart(last.lane)}`,
  ];
}

/** Where the latest lane's time went. */
function longestPart({ lane, recovery }: ComparedLane): string {
  if (recovery === null) return '';
  const { detectedMs, workerReadyMs, dispatchedMs, firstEffectMs } = recovery;
  if (detectedMs === null || dispatchedMs === null) return '';
  const before = Math.max(detectedMs, workerReadyMs ?? 0);
  const parts = [
    { what: 'passed before the server knew', ms: detectedMs },
    { what: 'was the new worker’s start', ms: Math.max(0, before - detectedMs) },
    { what: 'passed before it was given the work', ms: Math.max(0, dispatchedMs - before) },
    { what: 'passed between its having the work and its first effect', ms: firstEffectMs - dispatchedMs },
  ];
  const longest = parts.reduce((a, b) => (b.ms > a.ms ? b : a));
  return ` Most of ${lane}’s time, ${describeMs(longest.ms)}, ${longest.what}.`;
}

function price(checked: readonly ComparedLane[]): string[] {
  const priced = withNumber(checked, ({ overhead }) => overhead);
  const [cheapest] = priced;
  const dearest = priced.at(-1);
  if (cheapest === undefined || dearest === undefined || priced.length < 2) return [];
  const words = ({ lane, value }: (typeof priced)[number]): string =>
    `${lane.lane} (${describeRatio(value)} the ${lane.baseline})`;
  return [`Over its bare loop ${words(cheapest)} cost the least at full speed, ${words(dearest)} the most.`];
}

function payments(lanes: readonly ComparedLane[]): string[] {
  const paying = lanes.flatMap(({ lane, payments }) => (payments === null ? [] : [{ lane, ...payments }]));
  const [first] = paying;
  if (first === undefined) return [];
  const sum = (of: (paid: (typeof paying)[number]) => number) =>
    paying.reduce((total, paid) => total + of(paid), 0);
  const doubled = sum((paid) => paid.doubled);
  const deduplicated = sum((paid) => paid.deduplicated);
  return [
    first.key === 'none'
      ? `At the payment gateway, without an idempotency key, ${counted(doubled, 'order')} ${doubled === 1 ? 'was' : 'were'} paid twice: no checkpoint, and no fence, holds an effect outside of its transaction.`
      : `At the payment gateway the idempotency key made ${counted(deduplicated, 'call')} harmless; paid twice: ${doubled}.`,
  ];
}

/** When to choose which: each sentence names the lane that measured so. */
function choices(checked: readonly ComparedLane[]): string[] {
  const kept = checked.filter(keptItsPromise);
  return [...whenNothingTwice(kept), ...whenMany(kept), ...whenAudited(kept), ...whetherRedis(kept)];
}

function whenNothingTwice(kept: readonly ComparedLane[]): string[] {
  const single = kept.filter(({ lane, revisited }) => laneNamed(lane).fenced && revisited === 0);
  if (single.length === 0) return [];
  const [cheapest] = withNumber(single, ({ overhead }) => overhead);
  const which = cheapest === undefined ? listed(single.map(nameOf)) : cheapest.lane.lane;
  const cost = cheapest === undefined ? '' : `, ${costWords(cheapest.lane, cheapest.value)}`;
  return [`Where nothing may be met again, and an outdated worker must change nothing: ${which}${cost}.`];
}

function whenMany(kept: readonly ComparedLane[]): string[] {
  const plain = kept.filter(({ lane }) => !laneNamed(lane).fenced);
  const [cheapest, next] = withNumber(plain, ({ overhead }) => overhead);
  if (cheapest === undefined || next === undefined) return [];
  const { lane, historyEvents, revisited } = cheapest.lane;
  const repeated = (cheapest.lane.overheadSpread?.n ?? 1) > 1;
  const within = repeated ? asCheapAs : asGoodAs;
  const equal =
    next.value <= cheapest.value * within
      ? ` (${next.lane.lane} is within ${Math.round((within - 1) * 100)} % of it${repeated ? '' : ': in one round no difference'})`
      : '';
  return [
    `For many small items that may be met again: ${lane}, ${costWords(cheapest.lane, cheapest.value)}${equal}; it met ${revisited} again here, and left ${counted(historyEvents, 'event')} of history.`,
  ];
}

function whenAudited(kept: readonly ComparedLane[]): string[] {
  const inSteps = kept.filter(({ lane }) => laneNamed(lane).pattern === 'step');
  const others = kept.filter(({ lane }) => laneNamed(lane).pattern === 'enumerator');
  const fullest = inSteps.find(({ lane }) => !laneNamed(lane).fenced) ?? inSteps[0];
  const [other] = others.toSorted((a, b) => b.historyEvents - a.historyEvents);
  if (fullest === undefined || other === undefined) return [];
  if (fullest.historyEvents <= other.historyEvents) return [];
  const cost =
    fullest.checkpointMs === null
      ? ''
      : `, at ${describeMs(fullest.checkpointMs)} a checkpoint at full speed`;
  return [
    `For few, heavy steps, and a record that can be read back: ${fullest.lane}, whose ${counted(fullest.checkpoints, 'checkpoint')} made ${fullest.historyEvents} events (${describeBytes(fullest.historyBytes)}) where ${other.lane} left ${other.historyEvents}${cost}.`,
  ];
}

function whetherRedis(kept: readonly ComparedLane[]): string[] {
  const redis = kept.find(({ lane }) => lane === 'enumerator/redis');
  const heartbeat = kept.find(({ lane }) => lane === 'enumerator/heartbeat');
  if (redis === undefined || heartbeat === undefined) return [];
  const fewer = heartbeat.revisited - redis.revisited;
  const writes = redis.redisWrites === null ? '' : `, for ${counted(redis.redisWrites, 'write')}`;
  return [
    fewer > 0
      ? `Redis beside the heartbeat: it saved ${counted(fewer, 'order')} from being met again${writes}.`
      : `Redis beside the heartbeat: it saved nothing here${writes}.`,
  ];
}

/** Over the loop that a lane is measured against. */
function costWords({ baseline }: ComparedLane, overhead: number): string {
  return overhead <= 1
    ? `at no cost over the ${baseline} that could be measured`
    : `at ${describeRatio(overhead)} the ${baseline}`;
}

/** Ascending; those without the number are left out. */
function withNumber(
  lanes: readonly ComparedLane[],
  of: (lane: ComparedLane) => number | null,
): { readonly lane: ComparedLane; readonly value: number }[] {
  return lanes
    .flatMap((lane) => {
      const value = of(lane);
      return value === null ? [] : [{ lane, value }];
    })
    .toSorted((a, b) => a.value - b.value);
}

function nameOf({ lane }: ComparedLane): string {
  return lane;
}
