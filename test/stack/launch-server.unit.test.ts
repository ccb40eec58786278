import { describe, expect, it } from 'vitest';
import { endOf } from '../../src/stack/processes/launch-server.js';

describe('the last words of a server', () => {
  it('are the end of its log', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);

    expect(endOf(`${lines.join('\n')}\n`)).toBe(lines.slice(-8).join('\n'));
  });

  it('are what it said before the stack of a panic', () => {
    const log = [
      '{"level":"ERROR","error":"listen tcp 127.0.0.1:7233: bind: address already in use"}',
      'panic: runtime error: invalid memory address or nil pointer dereference',
      '',
      'goroutine 1 [running]:',
      ...Array.from(
        { length: 40 },
        () => 'go.temporal.io/server/service/frontend.NewHTTPAPIServer(0x1f188b36f688)',
      ),
      'goroutine 7 [select]:',
      'main.main()',
    ].join('\n');

    expect(endOf(log)).toContain('address already in use');
    expect(endOf(log)).not.toMatch(/goroutine|NewHTTPAPIServer|main\.main/);
  });

  it('are said to be none where there are none', () => {
    expect(endOf(' \n')).toBe('it ended without a word');
  });
});
