import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/cli/monitor/display-width.js';

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
const screens = readdirSync(`${docs}screens`).filter((name) => name.startsWith('monitor-'));
const page = readFileSync(`${docs}monitor.md`, 'utf8');
const textOf = (name: string): string => readFileSync(`${docs}screens/${name}`, 'utf8');

describe('the kept screens of the monitor', () => {
  it.each(['running', 'killed', 'resumed', 'paused'])('are there of a run that is %s', (state) => {
    expect(screens).toContain(`monitor-${state}.txt`);
    expect(textOf(`monitor-${state}.txt`)).toContain(state);
  });

  it.each(screens)('fit their terminal: %s', (name) => {
    const [columns, rows] = name.includes('60x15') ? [60, 15] : [80, 24];
    const lines = textOf(name).trimEnd().split('\n');

    expect(lines.length).toBeLessThanOrEqual(rows);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
  });

  it('are quoted by the page as they are', () => {
    const quotations = [...page.matchAll(/^```text docs\/screens\/(\S+)\n([\s\S]*?)^```$/gm)];

    expect(quotations.length).toBeGreaterThanOrEqual(5);
    for (const [, name = '', text] of quotations) expect(text).toBe(textOf(name));
  });
});
