/**
 * How long a command takes, in times of what a look at the orders takes beside it (0.4 s on an idle laptop).
 *
 * How busy the machine is must not decide: medians of three, measured in turns.
 */
import type { Checkout } from '../servers/a-checkout.js';

export async function timesALook({ leftoff }: Checkout, ...args: string[]): Promise<number> {
  const looks: number[] = [];
  const commands: number[] = [];
  for (let time = 0; time < 3; time += 1) {
    looks.push((await leftoff('snapshot')).durationMs);
    commands.push((await leftoff(...args)).durationMs);
  }
  return median(commands) / median(looks);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
