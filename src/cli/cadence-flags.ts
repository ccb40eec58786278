/** The flags that say how far apart a run's checkpoints are: by number, or by time within bounds. */
import { type Command, InvalidArgumentError } from 'commander';
import {
  type CheckpointEvery,
  defaultBounds,
  defaultCheckpointEvery,
} from '../continuation/checkpoint-cadence.js';
import { UserError } from '../user-error.js';
import { wholeNumber } from './whole-number.js';

export interface CadenceFlags {
  readonly checkpointEvery?: number | 'auto';
  readonly redoMs?: number;
  /** Percent. */
  readonly maxOverhead?: number;
}

export function withCadenceFlags(command: Command): Command {
  return command
    .option(
      '--checkpoint-every <n|auto>',
      `items that one checkpoint covers; auto: by time, measured as it runs (default: ${String(defaultCheckpointEvery)})`,
      itemsOrAuto,
    )
    .option(
      '--redo-ms <ms>',
      `with auto: work that a lost worker may cost (default: ${defaultBounds.redoMs})`,
      wholeNumber(1, 3_600_000),
    )
    .option(
      '--max-overhead <percent>',
      `with auto: what checkpoints may cost, where --redo-ms allows it (default: ${defaultBounds.overhead * 100})`,
      percent,
    );
}

/** What the flags come to. @throws UserError (usage) for bounds of a cadence by number */
export function readCadenceFlags({ checkpointEvery, redoMs, maxOverhead }: CadenceFlags): CheckpointEvery {
  if (redoMs === undefined && maxOverhead === undefined) return checkpointEvery ?? defaultCheckpointEvery;
  if (typeof checkpointEvery === 'number')
    throw new UserError(
      `--checkpoint-every ${checkpointEvery} goes by number: there is nothing to bound by time.`,
      'Leave out --redo-ms and --max-overhead, or say --checkpoint-every auto.',
      'usage',
    );
  return {
    ...(redoMs === undefined ? {} : { redoMs }),
    ...(maxOverhead === undefined ? {} : { overhead: maxOverhead / 100 }),
  };
}

/** A parser for commander. @throws InvalidArgumentError */
export function itemsOrAuto(text: string): number | 'auto' {
  if (text === 'auto') return 'auto';
  try {
    return wholeNumber(1)(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new InvalidArgumentError(`${error.message.slice(0, -1)}, or auto.`);
  }
}

function percent(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= 100) return value;
  throw new InvalidArgumentError('Expected a number above 0, to 100.');
}
