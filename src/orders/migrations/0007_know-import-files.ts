/** What an import's file was when its first row was read (keep-first-look.ts): until there is a cursor, nothing else knows. */
import type { MigrationBuilder } from 'node-pg-migrate';

export function up(pgm: MigrationBuilder): void {
  pgm.sql(`
    ALTER TABLE imports ADD COLUMN file_size bigint, ADD COLUMN file_head bigint;
    COMMENT ON COLUMN imports.file_size IS 'bytes; null for an import that has read nothing yet, or began before this was kept';
    COMMENT ON COLUMN imports.file_head IS 'checksum (CRC-32) of its first 4 KiB';
  `);
}

export function down(pgm: MigrationBuilder): void {
  pgm.sql('ALTER TABLE imports DROP COLUMN file_size, DROP COLUMN file_head;');
}
