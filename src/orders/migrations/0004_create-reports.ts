/**
 * What generate-reports writes: a row for each customer and month with orders.
 *
 * M1  One row a customer and month: a second visit overwrites it, and can't add another.
 * M2  Sums of integers are bigint: a customer's month may come to more than an integer holds.
 * M3  Each row counts the visits of the run that wrote it, in the statement that writes: a count that survives any kill.
 * M4  A row that could not be written has its reason, and no sums.
 *
 * The index is what a customer's months are read by: without it each customer would cost a look at all orders. It costs a run of
 * process-orders a twentieth more WAL, for those of its updates that leave their page (0001), and seeding a million a second.
 */
import type { MigrationBuilder } from 'node-pg-migrate';

export function up(pgm: MigrationBuilder): void {
  pgm.sql(`
    CREATE TABLE reports (
      customer_id integer NOT NULL,
      month       text COLLATE "C" NOT NULL CHECK (month ~ '^\\d{4}-\\d{2}$'),
      orders      bigint,
      units       bigint,
      total_cents bigint,
      reason      text,
      run_id      text NOT NULL,
      selected_at timestamptz NOT NULL,
      up_to_order integer NOT NULL,
      visits      integer NOT NULL,
      written_at  timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (customer_id, month),
      CHECK ((reason IS NULL) = (num_nulls(orders, units, total_cents) = 0)),
      CHECK (num_nulls(orders, units, total_cents) IN (0, 3))
    );
    COMMENT ON COLUMN reports.run_id IS 'the run that wrote it last';
    COMMENT ON COLUMN reports.selected_at IS 'when that run fixed what it works on: a run that did so earlier may not overwrite it';
    COMMENT ON COLUMN reports.up_to_order IS 'the last order of that selection: the row is over those up to it';
    COMMENT ON COLUMN reports.visits IS 'how often that run met it: more than 1 is a revisit';

    CREATE INDEX orders_by_customer ON orders (customer_id, ordered_on);
  `);
}

export function down(pgm: MigrationBuilder): void {
  pgm.sql('DROP INDEX orders_by_customer; DROP TABLE reports;');
}
