/** When the orders were last taken from under the runs that had begun before (orders-exchanged.ts): a row for each way. */
import type { MigrationBuilder } from 'node-pg-migrate';

export function up(pgm: MigrationBuilder): void {
  pgm.sql(`
    CREATE TABLE orders_exchanged (
      how text PRIMARY KEY CHECK (how IN ('set back', 'replaced')),
      at  timestamptz NOT NULL
    );
  `);
}

export function down(pgm: MigrationBuilder): void {
  pgm.sql('DROP TABLE orders_exchanged;');
}
