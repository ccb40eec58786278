import { describe, expect, it } from 'vitest';
import { StatementRefusedError } from '../../../../src/continuation/iteration/stores/postgres-errors.js';
import { refuseStatement } from '../../../../src/continuation/iteration/stores/refuse-statement.js';

const judge = (text: string): string => {
  try {
    refuseStatement(text);
    return 'taken';
  } catch (error) {
    return error instanceof StatementRefusedError ? 'refused' : String(error);
  }
};

describe('an item’s transaction', () => {
  it.each([
    'BEGIN',
    'begin isolation level serializable',
    'START TRANSACTION',
    'COMMIT',
    ' commit;',
    "COMMIT PREPARED 'x'",
    'END',
    'ROLLBACK',
    'ROLLBACK TO SAVEPOINT a',
    'ABORT',
    'SAVEPOINT a',
    'RELEASE a',
    "PREPARE TRANSACTION 'x'",
    'SET TRANSACTION READ ONLY',
    '-- a comment\nCOMMIT',
    '/* a /* nested */ comment */ COMMIT',
    '/* */COMMIT/* */AND CHAIN',
    ';COMMIT',
    '-- a comment\rCOMMIT',
    '-- a comment\r\nCOMMIT',
    'SELECT 1 -- a comment\r; COMMIT',
  ])('refuses what would end or split it: %j', (text) => {
    expect(judge(text)).toBe('refused');
  });

  it.each([
    'SET search_path = other',
    'SET SESSION work_mem = 1000',
    "SET TIME ZONE 'UTC'",
    'SET ROLE another',
    'set /* a comment */ work_mem to 1000',
    'RESET ALL',
    'RESET work_mem',
    'LISTEN news',
    'DEALLOCATE ALL',
    'DISCARD ALL',
  ])('refuses what would outlast it: %j', (text) => {
    expect(judge(text)).toBe('refused');
  });

  it.each([
    'SET LOCAL idle_in_transaction_session_timeout = 0',
    'set local Idle_In_Transaction_Session_Timeout to 0',
    'SET LOCAL "idle_in_transaction_session_timeout" = 0',
    'SET idle_in_transaction_session_timeout = 0',
    'RESET idle_in_transaction_session_timeout',
  ])('refuses what would undo its fence: %j', (text) => {
    expect(judge(text)).toBe('refused');
  });

  it.each([
    'SELECT 1; SELECT 2',
    "SELECT E'it''s\\'; '; COMMIT",
    'UPDATE orders SET status = 1; COMMIT',
    "SELECT 'a'';' ; COMMIT",
    "SELECT E'\\\\'; COMMIT",
    "SELECT e'it\\'s'; COMMIT",
    'SELECT "a"";" ; COMMIT',
    'SELECT $$ ; $$; COMMIT',
    'SELECT $a$ $b$ $a$; COMMIT',
    'SELECT 1 /* ; */; COMMIT',
    'SELECT 1 -- ;\n; COMMIT',
    'SELECT a$b$ ; COMMIT -- $b$',
    'SELECT $1; COMMIT',
  ])('refuses a second statement: %j', (text) => {
    expect(judge(text)).toBe('refused');
  });

  it.each([
    'UPDATE orders SET status = $1 WHERE order_id = $2',
    'SELECT 1;',
    'SELECT 1; -- the end; really',
    'SELECT 1; ; /* ; */ ',
    "INSERT INTO notes VALUES ('COMMIT; BEGIN')",
    "SELECT 'it''s; fine'",
    "SELECT E'it\\'s; fine'",
    'SELECT "a;b" FROM c',
    'DO $$ BEGIN PERFORM 1; END $$',
    'DO $body$ BEGIN PERFORM $$;$$; END $body$',
    'SELECT 1 -- ; COMMIT',
    '/* ; COMMIT /* ; */ ; */ SELECT 1',
    'PREPARE plan AS SELECT 1',
    'SET LOCAL work_mem = 1000',
    'SET CONSTRAINTS ALL DEFERRED',
    "SELECT E'it''s\\\\''; fine'",
    'SELECT "a"";b"',
    'SELECT begin FROM commits',
    "SELECT 'open to the end ; COMMIT",
    '',
  ])('takes one statement: %j', (text) => {
    expect(judge(text)).toBe('taken');
  });

  it('reads a text of megabytes without trouble', () => {
    const megabytes = "it''s; ".repeat(1_000_000);

    expect(judge(`INSERT INTO notes VALUES ('${megabytes}')`)).toBe('taken');
    expect(judge(`INSERT INTO notes VALUES ('${megabytes}'); COMMIT`)).toBe('refused');
  });
});
