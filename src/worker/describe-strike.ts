/**
 * What a signal did to a worker, in a line: only what whoever sent it can know.
 *
 * A worker's exit code is its parent's to know; how long it took to end is everybody's.
 */
import type { FaultInstant } from '../activities/order-visits.js';
import { type Timing, timings } from '../continuation/timing.js';

export const faultSignals = ['SIGKILL', 'SIGTERM', 'SIGSTOP', 'SIGCONT'] as const;
export type FaultSignal = (typeof faultSignals)[number];

/** Where a worker stood: at an order, at a customer whose months it reported, or at a line of the file that it imported. */
export interface StruckAt {
  readonly item: 'order' | 'customer' | 'line';
  readonly position: number;
  /** Left out: the signal's usual one. */
  readonly instant?: FaultInstant;
}

export interface Strike {
  readonly identity: string;
  readonly profile: Timing['profile'];
  readonly signal: FaultSignal;
  /** The order or customer at which it fell; null without `--at`. */
  readonly at: StruckAt | null;
  /** From the signal to its effect. */
  readonly tookMs: number;
}

export function describeStrike({ identity, profile, signal, at, tookMs }: Strike): string {
  const inHand = at === null ? '' : ` with ${at.item} ${at.position} in hand`;
  switch (signal) {
    case 'SIGKILL':
      if (at === null) return `worker ${identity} killed`;
      if (at.instant === 'item in hand') return `worker ${identity} killed${inHand}, before its commit`;
      if (at.instant === 'charged outside')
        return `worker ${identity} killed after the payment gateway had charged ${at.item} ${at.position}, and before its commit`;
      return at.item === 'customer'
        ? `worker ${identity} killed right after it committed a month of customer ${at.position}`
        : `worker ${identity} killed right after it committed ${at.item} ${at.position}`;
    case 'SIGTERM': {
      const { shutdownMs } = timings[profile];
      const late =
        tookMs < shutdownMs
          ? ''
          : `: longer than the ${shutdownMs / 1_000} s it had, so what it had in hand may be met again`;
      return `worker ${identity} told to stop${inHand}, ended ${(tookMs / 1_000).toFixed(1)} s later${late}`;
    }
    case 'SIGSTOP':
      return `worker ${identity} frozen${inHand}; npx leftoff kill --signal SIGCONT wakes it`;
    case 'SIGCONT':
      return `worker ${identity} woken`;
  }
}
