/** The cells of a matrix in a file, a line each: a measurement that is stopped goes on where it was. */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { z } from 'zod';

export interface CellFile<Cell> {
  /** What is there already. */
  readonly cells: readonly Cell[];
  add(cell: Cell): Promise<void>;
}

/** @throws what a line that is no cell is wrong with */
export async function openCellFile<Cell>(path: string, schema: z.ZodType<Cell>): Promise<CellFile<Cell>> {
  const file = resolve(path);
  await mkdir(dirname(file), { recursive: true });
  const text = await readFile(file, 'utf8').catch(() => '');
  const cells = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => schema.parse(JSON.parse(line)));
  return {
    cells,
    add: async (cell) => {
      cells.push(cell);
      await appendFile(file, `${JSON.stringify(cell)}\n`);
    },
  };
}
