/** Reads a flag's whole number, within its bounds. */
import { InvalidArgumentError } from 'commander';

/** A parser for commander. @throws InvalidArgumentError that names the bounds */
export function wholeNumber(minimum: number, maximum = 1_000_000_000): (text: string) => number {
  return (text) => {
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${minimum} to ${maximum}.`);
  };
}
