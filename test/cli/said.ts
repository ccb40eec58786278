/** Waits for what a command says while it still runs. */
import type { RunningCommand } from '../servers/a-checkout.js';

/** Everything on both streams counts. @throws when it ends without having said it */
export function said(command: RunningCommand, words: string | RegExp): Promise<void> {
  let text = '';
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      text += chunk.toString();
      if (typeof words === 'string' ? text.includes(words) : words.test(text)) resolve();
    };
    command.stdout.on('data', hear);
    command.stderr.on('data', hear);
    void command.then(() => reject(new Error(`It ended without saying '${words}':\n${text}`)));
  });
}
