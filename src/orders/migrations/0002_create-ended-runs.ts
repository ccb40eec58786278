/** Runs that somebody ended while a worker may still have had one of their orders in hand (mark-runs-ended.ts). */
import type { MigrationBuilder } from 'node-pg-migrate';

export function up(pgm: MigrationBuilder): void {
  pgm.sql(`
    CREATE TABLE ended_runs (
      run_id   text PRIMARY KEY,
      ended_at timestamptz NOT NULL DEFAULT now()
    );
  `);
}

export function down(pgm: MigrationBuilder): void {
  pgm.sql('DROP TABLE ended_runs;');
}
