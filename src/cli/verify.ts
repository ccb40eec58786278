/** `leftoff verify`: checks every part, and names the mend for what fails. */
import { Command } from 'commander';
import { readEnvironment } from '../stack/environment.js';
import { checkEverything } from './check-everything.js';
import { interruptible } from './interruptible.js';
import { type OutputOptions, openOutput, withOutput } from './output.js';
import { checkList } from './ui/check-list.js';
import { unlessCalledOff } from './unless-called-off.js';

/** Longer lines are hard to read, however wide the screen. */
const widest = 100;

export function verifyCommand(): Command {
  return withOutput(new Command('verify'))
    .description(
      'Checks every part. ✓ works, ✗ is to be mended (exit 1), – is not there, which is all right.',
    )
    .addHelpText('after', '\nExample:\n  leftoff verify')
    .action(async (options: OutputOptions) => {
      const environment = readEnvironment();
      const checks = await interruptible((signal) =>
        unlessCalledOff(checkEverything(environment, signal), signal),
      );
      const failed = checks.filter(({ state }) => state === 'failed').length;
      const columns = Math.min(process.stdout.columns ?? 80, widest);
      const verdict = failed === 0 ? 'Ready.' : `${failed} of ${checks.length} checks failed.`;
      openOutput(options).result(`${checkList(checks, columns)}\n${verdict}`, {
        ok: failed === 0,
        checks: checks.map(({ name, state, detail, mend }) => ({
          name,
          ok: state !== 'failed',
          state,
          detail,
          ...(mend === undefined ? {} : { mend }),
        })),
      });
      if (failed > 0) process.exitCode = 1;
    });
}
