/**
 * What came from files: which import each order is from, and what was rejected of each.
 *
 * M1  An order says the import and the line that it is from, in two integers beside it: a row met again after a kill is told
 *     from a second one of its id by that, and written in the same statement. Both are null for what was seeded, which costs
 *     no byte (the row has a map of nulls anyway), and neither is indexed: processing an order writes what it wrote before.
 * M2  An import is a number that is given once and never again, not a run's id: a Temporal that is set up anew gives out the
 *     same ids again, and what a run of before rejected at a line says nothing of another file's line.
 * M3  Every line of an import has one verdict: the order says it, or the reject, whose key it is.
 * M4  `revisited` is counted in the statement that finds the row done: a count that survives any kill.
 */
import type { MigrationBuilder } from 'node-pg-migrate';

export function up(pgm: MigrationBuilder): void {
  pgm.sql(`
    CREATE TABLE imports (
      import_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      run_id    text NOT NULL,
      chain     text NOT NULL UNIQUE,
      file      text NOT NULL,
      revisited integer NOT NULL DEFAULT 0,
      begun_at  timestamptz NOT NULL DEFAULT now()
    );
    COMMENT ON COLUMN imports.chain IS 'what tells runs of one id apart: the first execution of each';
    COMMENT ON COLUMN imports.revisited IS 'rows that were met again after they were done';

    CREATE TABLE import_rejects (
      import_id integer NOT NULL,
      line      integer NOT NULL,
      reason    text NOT NULL,
      row       text NOT NULL,
      PRIMARY KEY (import_id, line)
    );
    COMMENT ON COLUMN import_rejects.row IS 'its beginning, without control characters';

    ALTER TABLE orders ADD COLUMN import_id integer, ADD COLUMN import_line integer;
    COMMENT ON COLUMN orders.import_id IS 'the import that it came by; null for what was seeded';
  `);
}

export function down(pgm: MigrationBuilder): void {
  pgm.sql(`
    ALTER TABLE orders DROP COLUMN import_id, DROP COLUMN import_line;
    DROP TABLE import_rejects, imports;
  `);
}
