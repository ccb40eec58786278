/** What can be wrong with a file of CSV: another file than the run began with, no proper header, a row that can't be read. */
import { EnumerationRefusal } from './enumerator.js';

/** What shows that a file is another one. */
export type CsvFileChange =
  | 'missing'
  | 'size'
  | 'version'
  | 'beginning'
  | 'before the cursor'
  | 'size while it was read'
  | 'content while it was read';

/** A run can't go on in a file that is another one by now: its place might be in the middle of another row. */
export class CsvFileChangedError extends EnumerationRefusal {
  override readonly name = 'CsvFileChangedError';
  /** Another worker may have the file that this one misses. */
  override readonly mayPass: boolean;

  constructor(
    readonly file: string,
    readonly change: CsvFileChange,
    what: string,
    options?: ErrorOptions,
  ) {
    super(
      `${file} ${what}, so the run can't go on in it: a row might be left out, or come twice. Give the run the file that it began with (where every worker can read it), or start a new run.`,
      options,
    );
    this.mayPass = change === 'missing';
  }
}

/** A header that can't name the columns. */
export class CsvHeaderError extends EnumerationRefusal {
  override readonly name = 'CsvHeaderError';

  constructor(
    readonly file: string,
    readonly line: number,
    /** What is wrong with it, to stand after "the header". */
    readonly problem: string,
  ) {
    super(
      `${file}, line ${line}: the header ${problem}. Correct the file, or name its columns with the option 'columns' where it has no header.`,
    );
  }
}

/** Whether it is certain where a row that can't be read ends; where it is guessed, what comes next may be a part of it. */
export type CsvRowExtent = 'known' | 'guessed';

/**
 * A row that can't be read. The job decides by its error policy: to fail, or to skip it, which is safe where its extent is
 * known: where it is guessed, rows that come after it may be pieces of it that look like rows.
 */
export class MalformedRowError extends Error {
  override readonly name = 'MalformedRowError';

  constructor(
    readonly file: string,
    /** The line that the row begins on, as an editor counts: the file's first line is 1. */
    readonly line: number,
    /** What is wrong with it: "it has 3 columns where the file has 2". */
    readonly problem: string,
    /** `guessed` for a row whose quotes don't fit: it may be its first line, or go on after it. */
    readonly extent: CsvRowExtent,
    /** Its first characters as they stand in the file, for whoever has to find it there. */
    readonly beginning = '',
  ) {
    const mend = {
      known: 'Let the run skip it, or correct the file and start a new run',
      guessed:
        'Where it ends is a guess, and rows after it may be pieces of it: correct the file and start a new run, or let the run skip it where such a row can do no harm',
    };
    super(`${file}, line ${line}: the row can't be read, ${problem}. ${mend[extent]}.`);
  }
}
