import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const found = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, name = '']) => name);

const alertNames = async () => found(await read('deploy/prometheus/alerts.yml'), /- alert: (\w+)/g);
const alertSections = async () => found(await read('docs/operations.md'), /^### (\w+)$/gm);

describe('the alerts', () => {
  it('each have a section that says what they mean and what to do, in their order', async () => {
    expect(await alertSections()).toEqual(await alertNames());
  });

  it('each have an expression, how much they matter, and words', async () => {
    const rules = (await read('deploy/prometheus/alerts.yml')).split('- alert: ').slice(1);

    for (const rule of rules) {
      expect(rule).toMatch(/\n {8}expr: /);
      expect(rule).toMatch(/severity: (page|ticket)/);
      expect(rule).toMatch(/summary: /);
    }
  });

  it('are played by rules that are there', async () => {
    const played = found(await read('deploy/prometheus/alerts.test.yml'), /alertname: (\w+)/g);

    expect(await alertNames()).toEqual(expect.arrayContaining(played));
  });

  it('look at the job that the scrape configuration names', async () => {
    const jobs = found(await read('deploy/prometheus/prometheus.yml'), /job_name: (\S+)/g);

    expect(found(await read('deploy/prometheus/alerts.yml'), /job="([^"]+)"/g)).toEqual(jobs);
  });
});
