/** `leftoff …` on a pseudo-terminal of 80 columns, for what depends on one: questions, Ctrl+C, colours. */
import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';
import { vi } from 'vitest';
import { leftoffProgram } from './a-checkout.js';

export interface Terminal {
  /** Everything that was printed, without colours and cursor movements. */
  readonly screen: () => string;
  readonly type: (text: string) => void;
  /** Waits until the screen holds the text. */
  readonly seen: (text: string | RegExp) => Promise<void>;
  readonly exited: Promise<{ readonly exitCode: number; readonly signal: number | undefined }>;
}

/** What the terminal's driver turns into SIGINT for whoever is in the foreground. */
export const ctrlC = '\x03';

/** The command ends with the terminal's limit at the latest: none is left behind. */
const limitMs = 60_000;

export function onATerminal(environment: Readonly<Record<string, string>>, ...args: string[]): Terminal {
  const terminal = spawn(process.execPath, [leftoffProgram, ...args], {
    cols: 80,
    rows: 30,
    env: { ...environment },
  });
  let printed = '';
  terminal.onData((data) => {
    printed += data;
  });
  const screen = (): string => stripVTControlCharacters(printed).replaceAll('\r\n', '\n');
  const limit = setTimeout(() => terminal.kill('SIGKILL'), limitMs);
  const exited = new Promise<{ exitCode: number; signal: number | undefined }>((resolve) => {
    terminal.onExit(({ exitCode, signal }) => {
      clearTimeout(limit);
      resolve({ exitCode, signal });
    });
  });
  return {
    screen,
    exited,
    type: (text) => terminal.write(text),
    seen: (text) =>
      vi.waitFor(
        () => {
          if (typeof text === 'string' ? screen().includes(text) : text.test(screen())) return;
          throw new Error(`'${text}' is not on the screen:\n${screen()}`);
        },
        { timeout: 30_000, interval: 20 },
      ),
  };
}
