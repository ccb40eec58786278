/** Measures lanes in turns, and keeps what each round found. */
import type { Timing } from '../../continuation/timing.js';
import { callsEndedBy } from '../calls-ended-by.js';
import { inTurns } from './in-turns.js';
import type { MeasuredLane } from './measurement.js';
import type { OwnStack } from './on-own-stack.js';
import type { PatternLane } from './throughput-lanes.js';

/** What all tables are measured with. */
export interface Choice {
  /** Rounds that count; one more warms up. */
  readonly repeat: number;
  readonly quick: boolean;
  readonly profiles: readonly Timing['profile'][];
  readonly orders: number | null;
  readonly batchSize: number;
  /** Lanes of the throughput table; null: its own. */
  readonly lanes: readonly PatternLane[] | null;
  readonly tell: (line: string) => void;
}

export interface LaneToMeasure {
  readonly name: string;
  readonly baseline: string | null;
  /** @returns milliseconds, and what else is known */
  readonly measure: (runId: string) => Promise<{ ms: number; facts?: Readonly<Record<string, number>> }>;
}

export async function measureLanes(
  { settings, signal, client }: OwnStack,
  { repeat, tell, profile }: Pick<Choice, 'repeat' | 'tell'> & { readonly profile: Timing['profile'] },
  lanes: readonly LaneToMeasure[],
): Promise<MeasuredLane[]> {
  const measured = new Map(lanes.map(({ name }) => [name, { ms: [] as number[], facts: {} }]));
  for (const { lane, round } of inTurns(lanes, repeat)) {
    signal.throwIfAborted();
    const { name } = lane;
    const runId = `${name.replaceAll(/\W+/g, '-')}-${profile}-${round}`;
    const { ms, facts = {} } = await callsEndedBy(signal, client, () => lane.measure(runId));
    tell(
      `${settings}, ${profile}  round ${round}${round === 0 ? ' (warm-up)' : ''}  ${name}  ${Math.round(ms)} ms`,
    );
    const kept = measured.get(name);
    if (round === 0 || kept === undefined) continue;
    kept.ms.push(ms);
    kept.facts = facts;
  }
  return lanes.map(({ name, baseline }) => ({
    ...{ lane: name, settings, profile, baseline },
    ...(measured.get(name) ?? { ms: [], facts: {} }),
  }));
}
