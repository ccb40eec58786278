import { describe, expect, it } from 'vitest';
import { histogramBuckets, type Metric, metrics } from '../../src/continuation/metrics.js';

const all: readonly Metric[] = Object.values(metrics);

describe('the library’s metrics', () => {
  it('have names of their own, as Prometheus takes them', () => {
    const names = all.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^leftoff_[a-z]+(_[a-z]+)*$/);
  });

  it('have tags of few values: no cursor, no run, no item, no words of an error', () => {
    const few = new Set(['work', 'step', 'store', 'reason', 'source', 'kind']);

    for (const { tags } of all) for (const tag of tags) expect(few).toContain(tag);
  });

  it('measure a checkpoint from a millisecond to ten seconds', () => {
    const buckets = histogramBuckets()[metrics.checkpointSeconds.name] ?? [];

    expect(buckets[0]).toBe(0.001);
    expect(buckets.at(-1)).toBe(10);
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
  });

  it('have buckets for each histogram', () => {
    const histograms = all.filter(({ kind }) => kind === 'histogram').map(({ name }) => name);

    expect(Object.keys(histogramBuckets())).toEqual(histograms);
  });
});
