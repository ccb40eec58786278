/**
 * The stack under a demo or a comparison: what runs already is used, what doesn't is brought up, and taken down again at the end.
 *
 * D1  Only the parts that this demo started are stopped, also where bringing them up failed half-way; what another terminal's `up`
 *     started meanwhile is not among them.
 */
import { type PartName, partLabels } from '../../stack/addresses.js';
import { bringUp } from '../../stack/bring-up.js';
import { type Environment, readEnvironment } from '../../stack/environment.js';
import { takeDown } from '../../stack/take-down.js';
import { listWorkers } from '../../worker/worker-record.js';
import type { Narrator } from './narrator.js';
import { asOnlyDemo } from './only-demo.js';
import type { Player } from './player.js';
import { refuseOtherWorkers } from './refuse-other-workers.js';

export interface DemoStackOptions {
  readonly narrator: Pick<Narrator, 'scene' | 'fact' | 'quote'>;
  readonly player: Player;
  readonly signal: AbortSignal;
  /** Leave the stack up at the end. */
  readonly keep: boolean;
}

/** In the order in which they are told. */
const parts: readonly PartName[] = ['temporal', 'postgres', 'redis'];

export async function onDemoStack<T>(options: DemoStackOptions, play: () => Promise<T>): Promise<T> {
  const environment = readEnvironment();
  return asOnlyDemo(environment.home, options.signal, () => onStackOfItsOwn(environment, options, play));
}

async function onStackOfItsOwn<T>(
  environment: Environment,
  { narrator, player, signal, keep }: DemoStackOptions,
  play: () => Promise<T>,
): Promise<T> {
  const { home } = environment;
  refuseOtherWorkers(
    player,
    (await listWorkers(home)).map(({ identity }) => identity),
  );
  await narrator.scene('The stack: real servers, on this machine');
  const started = new Set<PartName>();
  try {
    const up = await bringUp({
      environment,
      signal,
      onProgress: (message) => narrator.quote(message),
      onStarted: (part) => started.add(part),
    });
    signal.throwIfAborted();
    const { address, ui } = up.temporal;
    narrator.fact(`Temporal ${address}, PostgreSQL${up.redis === null ? '' : ', Redis'}: up`);
    if (ui !== null) narrator.fact(`Temporal Web UI: ${ui}`);
    return await play();
  } finally {
    if (started.size > 0 && keep) narrator.quote('the stack stays up: npx leftoff down stops it');
    else if (started.size > 0) {
      const { stopped } = await takeDown({ environment, parts: parts.filter((part) => started.has(part)) });
      narrator.quote(`stopped again: ${stopped.map((part) => partLabels[part]).join(', ')}`);
    }
  }
}
