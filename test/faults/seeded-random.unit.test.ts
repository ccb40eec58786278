import { describe, expect, it } from 'vitest';
import { drawOrder } from '../../src/faults/seeded-random.js';

const range = { from: 5, to: 40 };
const seeds = Array.from({ length: 500 }, (_, seed) => seed);

describe('an order drawn by a seed', () => {
  it('is the same for the same seed', () => {
    expect(drawOrder(23, range)).toBe(drawOrder(23, range));
  });

  it('lies between the bounds, and comes to lie on both', () => {
    const drawn = seeds.map((seed) => drawOrder(seed, range));

    expect(Math.min(...drawn)).toBe(range.from);
    expect(Math.max(...drawn)).toBe(range.to);
  });
});
