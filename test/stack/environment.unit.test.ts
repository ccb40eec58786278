import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot, readEnvironment } from '../../src/stack/environment.js';
import { UserError } from '../../src/user-error.js';

describe('the environment', () => {
  it('keeps the stack beside package.json where nothing else is said', () => {
    expect(readEnvironment({}).home).toBe(join(projectRoot(), '.leftoff'));
    expect(existsSync(join(projectRoot(), 'package.json'))).toBe(true);
  });

  it('makes a relative LEFTOFF_HOME absolute', () => {
    expect(isAbsolute(readEnvironment({ LEFTOFF_HOME: 'elsewhere' }).home)).toBe(true);
  });

  it('counts an empty variable as unset', () => {
    expect(readEnvironment({ DATABASE_URL: '', LEFTOFF_REDIS_PORT: ' ' })).toMatchObject({
      databaseUrl: undefined,
      ports: { redis: undefined },
    });
  });

  it.each([
    ['LEFTOFF_REDIS_PORT', '70000'],
    ['LEFTOFF_TEMPORAL_PORT', 'soon'],
    ['DATABASE_URL', 'mysql://localhost/orders'],
    ['REDIS_URL', 'localhost:6379'],
    ['LEFTOFF_METRICS', 'example.com:9464'],
    ['LEFTOFF_TEMPORAL_SETTINGS', 'fast'],
  ])('refuses a malformed %s as wrong usage, by name', (name, value) => {
    const read = () => readEnvironment({ [name]: value });

    expect(read).toThrow(UserError);
    expect(read).toThrow(name);
  });
});
