/** What may come between a run and its end, as data: for the properties, which play any sequence of it. */
import fc from 'fast-check';

/** Comes between two items; `after` counts items of one execution. */
type BetweenItems =
  /** Its worker is told to stop. */
  | { readonly kind: 'stop'; readonly after: number }
  /** The job itself asks to be interrupted. */
  | { readonly kind: 'exit'; readonly after: number }
  /** Its worker is killed right after an item was done: nothing is flushed. */
  | { readonly kind: 'kill'; readonly after: number; readonly sent: 'none' | 'all' };

/** Comes with an item in hand; `after` counts effects of one execution, so that it may hit a batch in its middle. */
type InHand =
  | { readonly kind: 'error'; readonly after: number }
  /** An error that is no item's fault. */
  | { readonly kind: 'outage'; readonly after: number }
  /** The item asks to be met again later. */
  | { readonly kind: 'put off'; readonly after: number }
  /** The process is gone, right before or right after an effect. */
  | { readonly kind: 'lost'; readonly after: number; readonly effect: 'not made' | 'made' }
  /** The process is taken for lost, before an item's first effect, and wakes when another has taken over. */
  | { readonly kind: 'zombie'; readonly after: number };

export type Disturbance = BetweenItems | InHand;

const after = fc.nat(5);

const each: { readonly [Kind in Disturbance['kind']]: fc.Arbitrary<Disturbance> } = {
  stop: fc.record({ kind: fc.constant('stop'), after }),
  exit: fc.record({ kind: fc.constant('exit'), after }),
  kill: fc.record({ kind: fc.constant('kill'), after, sent: fc.constantFrom('none', 'all') }),
  error: fc.record({ kind: fc.constant('error'), after }),
  outage: fc.record({ kind: fc.constant('outage'), after }),
  'put off': fc.record({ kind: fc.constant('put off'), after }),
  lost: fc.record({ kind: fc.constant('lost'), after, effect: fc.constantFrom('not made', 'made') }),
  zombie: fc.record({ kind: fc.constant('zombie'), after }),
};

function sequencesOf(...kinds: readonly Disturbance['kind'][]): fc.Arbitrary<readonly Disturbance[]> {
  return fc.array(fc.oneof(...kinds.map((kind) => each[kind])), { maxLength: 6 });
}

/** All but zombies, which only a fence keeps from having an effect out of turn. */
export const anyDisturbances = sequencesOf('stop', 'exit', 'kill', 'error', 'outage', 'put off', 'lost');

export const anyDisturbancesAndZombies = sequencesOf(
  'stop',
  'exit',
  'kill',
  'error',
  'outage',
  'put off',
  'lost',
  'zombie',
);

/** What a batch of the step pattern knows: it has no exit of its own, its size ends it. */
export const anyDisturbancesOfBatches = sequencesOf('stop', 'kill', 'error', 'outage', 'put off', 'lost');
