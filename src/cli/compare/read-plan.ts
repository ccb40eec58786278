/** What the flags of `compare` come to, checked before anything is started. */
import { type FaultName, faultNameSchema } from '../../faults/fault-names.js';
import { drawOrder } from '../../faults/seeded-random.js';
import { UserError } from '../../user-error.js';
import { readProfile } from '../profile.js';
import { wrapBehind } from '../ui/wrap-text.js';
import { lanes as allLanes, type Lane } from './lanes.js';
import type { Plan } from './plan.js';

export interface CompareFlags {
  readonly fault: string;
  readonly at?: number;
  readonly seed?: number;
  readonly lanes?: string;
  readonly profile?: string;
  readonly settings?: 'tuned' | 'default';
  readonly quick?: boolean;
  readonly orders?: number;
  readonly itemMs?: number;
  readonly checkpointEvery: number | 'auto';
  readonly repeat?: number;
  readonly payments: Plan['payments'];
  readonly priceOrders?: number;
}

export const defaults = {
  at: 23,
  seed: 1,
  orders: 61,
  itemMs: 50,
  quickItemMs: 25,
  repeat: 1,
  priceOrders: 5_000,
  quickPriceOrders: 2_000,
} as const;

/** With the servers, and also on a slow machine: the show's limit is 90 s. */
const quickWithinS = 80;

/** @throws UserError (usage) */
export function readPlan(flags: CompareFlags): Plan {
  const { quick = false, orders = defaults.orders, seed = defaults.seed } = flags;
  const fault = readFault(flags.fault);
  const drawn = flags.seed === undefined ? defaults.at : drawOrder(seed, { from: 2, to: orders - 1 });
  const at = flags.at ?? Math.min(drawn, orders - 1);
  if (at > orders)
    throw new UserError(
      `The fault can't fall at order ${at}: there are ${orders}.`,
      'Give a smaller --at, or more --orders.',
      'usage',
    );
  return {
    lanes: flags.lanes === undefined ? allLanes : readLanes(flags.lanes),
    lanesAsked: flags.lanes !== undefined,
    ...{ fault, at, seed, orders },
    itemMs: flags.itemMs ?? (quick ? defaults.quickItemMs : defaults.itemMs),
    checkpointEvery: flags.checkpointEvery,
    repeat: flags.repeat ?? defaults.repeat,
    profile: readProfile(flags.profile),
    settings: flags.settings ?? null,
    payments: flags.payments,
    priceOrders: flags.priceOrders ?? (quick ? defaults.quickPriceOrders : defaults.priceOrders),
    withinS: quick ? quickWithinS : null,
  };
}

/** @throws UserError (usage) that lists what there is */
function readFault(word: string): FaultName {
  const known = faultNameSchema.safeParse(word);
  if (known.success) return known.data;
  throw new UserError(
    `There is no fault '${word}'.`,
    'npx leftoff compare --fault help lists them.',
    'usage',
  );
}

export function describeFaults(
  faults: readonly { readonly name: FaultName; readonly title: string }[],
): string {
  const width = Math.max(...faults.map(({ name }) => name.length)) + 2;
  return faults.map(({ name, title }) => wrapBehind(name.padEnd(width), title)).join('\n');
}

function readLanes(words: string): readonly Lane[] {
  const named = words.split(',').map((word) => {
    const lane = allLanes.find(({ name }) => name === word.trim());
    if (lane !== undefined) return lane;
    throw new UserError(
      `There is no lane '${word.trim()}'.`,
      `The lanes: ${allLanes.map(({ name }) => name).join(', ')}.`,
      'usage',
    );
  });
  return allLanes.filter((lane) => named.includes(lane));
}
