/** The postgres store's table, beside the orders that its runs change: one database, so one transaction. */
import type { MigrationBuilder } from 'node-pg-migrate';
import { checkpointsTableSql } from '../../continuation/iteration/index.js';

export function up(pgm: MigrationBuilder): void {
  pgm.sql(checkpointsTableSql());
}

export function down(pgm: MigrationBuilder): void {
  pgm.dropTable('leftoff_checkpoints');
}
