/** What one needs to believe the numbers, and to repeat them. */
import type { Comparison } from '../compare/comparison.js';
import { count, counted } from './number-words.js';

export function HowMeasured({ comparison }: { readonly comparison: Comparison }) {
  const { machine, versions } = comparison;
  const facts: readonly (readonly [string, string])[] = [
    ['fault', `${comparison.fault}: ${comparison.faultTitle}`],
    ['falls at', `order ${count(comparison.at)}`],
    ['work', `${counted(comparison.orders, 'order')}, ${count(comparison.itemMs)} ms each under the fault`],
    ...(comparison.priceOrders === undefined
      ? []
      : [['at full speed', `${counted(comparison.priceOrders, 'order')}, no fault`] as const]),
    ['seed', String(comparison.seed)],
    [
      'repeated',
      comparison.repeat === 1 ? 'once' : `${count(comparison.repeat)} times, the order of lanes rotated`,
    ],
    ['profile', comparison.profile],
    ['dev server', settingsWords(comparison.settings)],
    [
      'machine',
      `${machine.cpu}, ${counted(machine.cores, 'core')}, ${machine.memoryGb} GB, ${machine.platform}`,
    ],
    [
      'versions',
      Object.entries(versions)
        .map(([part, version]) => `${part} ${version}`)
        .join(', '),
    ],
    ['commit', comparison.commit ?? 'none: not in a checkout'],
    ['measured', comparison.measuredAt],
  ];
  return (
    <dl>
      {facts.map(([name, fact]) => [<dt key={name}>{name}</dt>, <dd key={`${name} is`}>{fact}</dd>])}
      <dt>again</dt>
      <dd>
        <code>{comparison.command}</code>
      </dd>
    </dl>
  );
}

function settingsWords(settings: Comparison['settings']): string {
  switch (settings) {
    case 'tuned':
      return 'tuned: polls, timers and continue-as-new as a Cloud user cannot set them';
    case 'default':
      return 'its own defaults';
    case null:
      return "none: a server of the user's own";
  }
}
