/**
 * Colours, for each stream by itself: on a terminal, unless NO_COLOR says no or TERM is dumb; FORCE_COLOR says yes anywhere.
 *
 * The library's own guess colours pipes too where CI is set, and a log full of escape codes is what scripts would have to read.
 */
import pc from 'picocolors';

type Settings = Readonly<Record<string, string | undefined>>;

/** Whether to write escape codes to a stream. @see https://no-color.org */
export function wantsColour(isTerminal: boolean, { NO_COLOR, FORCE_COLOR, TERM }: Settings): boolean {
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return isTerminal && TERM !== 'dumb';
}

/** For results, on stdout. */
export const colours = pc.createColors(wantsColour(process.stdout.isTTY === true, process.env));
/** For errors, on stderr. */
export const errorColours = pc.createColors(wantsColour(process.stderr.isTTY === true, process.env));
