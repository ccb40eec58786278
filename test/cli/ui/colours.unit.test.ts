import { describe, expect, it } from 'vitest';
import { wantsColour } from '../../../src/cli/ui/colours.js';

describe('colours', () => {
  it('are for terminals, never for a pipe: not in CI either', () => {
    expect(wantsColour(true, { TERM: 'xterm' })).toBe(true);
    expect(wantsColour(false, { TERM: 'xterm', CI: 'true' })).toBe(false);
    expect(wantsColour(true, { TERM: 'dumb' })).toBe(false);
  });

  it('yield to NO_COLOR, and come with FORCE_COLOR', () => {
    expect(wantsColour(true, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false);
    expect(wantsColour(false, { FORCE_COLOR: '1' })).toBe(true);
    expect(wantsColour(true, { NO_COLOR: '' })).toBe(true);
  });
});
