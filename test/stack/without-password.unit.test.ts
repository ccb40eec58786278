import { describe, expect, it } from 'vitest';
import { withoutPassword } from '../../src/stack/without-password.js';

describe('an address as it may be shown', () => {
  it.each([
    ['postgres://me:secret@db.example:5432/leftoff', 'db.example:5432/leftoff'],
    ['redis://:secret@127.0.0.1:6379/1', '127.0.0.1:6379/1'],
    // PostgreSQL's client takes these, Node's URL doesn't.
    ['postgres://me:secret@/leftoff?host=/var/run/postgresql', '/leftoff'],
    ['postgres://me:secret@host:port/leftoff?password=secret', 'host:port/leftoff'],
    ['postgres:///leftoff', '/leftoff'],
  ])('holds no password: %s', (address, shown) => {
    expect(withoutPassword(address)).toBe(shown);
  });
});
