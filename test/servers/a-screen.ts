/** A program on a pseudo-terminal, and what a person sees there: the screen as a terminal emulator has it. */
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

export interface VisibleScreen {
  readonly pid: number;
  /** The lines as they stand there now, without spaces at their ends and empty lines at its end. */
  lines(): string[];
  /** Everything that was written, with its escape codes. */
  written(): string;
  type(text: string): void;
  resize(size: ScreenSize): void;
  readonly cursorHidden: () => boolean;
  /** Resolves with the exit code. */
  readonly exited: Promise<number>;
  kill(): void;
}

export interface OnScreen extends ScreenSize {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function openVisibleScreen({ program, args, environment, columns, rows }: OnScreen): VisibleScreen {
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const terminal = spawn(program, [...args], {
    cols: columns,
    rows,
    name: 'xterm-256color',
    env: { ...environment },
  });
  let written = '';
  terminal.onData((data) => {
    written += data;
    screen.write(data);
  });
  return {
    pid: terminal.pid,
    lines() {
      const { active } = screen.buffer;
      const lines = Array.from(
        { length: screen.rows },
        (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
      );
      const last = lines.findLastIndex((line) => line !== '');
      return lines.slice(0, last + 1);
    },
    written: () => written,
    type: (text) => terminal.write(text),
    resize: ({ columns: cols, rows: newRows }) => {
      screen.resize(cols, newRows);
      terminal.resize(cols, newRows);
    },
    cursorHidden: () => written.lastIndexOf('\x1b[?25l') > written.lastIndexOf('\x1b[?25h'),
    exited: new Promise((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode))),
    kill: () => terminal.kill('SIGKILL'),
  };
}
