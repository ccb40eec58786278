/** Runs a measurement by itself, as `leftoff bench` runs its own: servers in a temporary home, gone at the end, also after Ctrl+C. */
import { inOwnHome, type OwnStack, onOwnStack } from '../dist/cli/bench/on-own-stack.js';
import { exitWith } from '../dist/cli/exit.js';
import { interruptible } from '../dist/cli/interruptible.js';
import { unlessCalledOff } from '../dist/cli/unless-called-off.js';

const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);

/** On a stack that is up. */
export function measure(work: (stack: OwnStack) => Promise<void>): Promise<void> {
  return orExit((signal) => onOwnStack({ signal, onProgress }, work));
}

/** For a measurement that brings its servers up itself: this process' environment names its home, and so do those of its children. */
export function measureAtHome(work: (home: string) => Promise<void>): Promise<void> {
  return orExit((signal) => inOwnHome({ signal, onProgress }, (home) => unlessCalledOff(work(home), signal)));
}

async function orExit(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  try {
    await interruptible(work);
  } catch (error) {
    await exitWith(error);
    process.exit();
  }
}
