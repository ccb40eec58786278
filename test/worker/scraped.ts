/** Prometheus' text format, as far as tests read it. */

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Scrape {
  /** Names of all metrics, a histogram's without its suffixes. */
  readonly names: ReadonlySet<string>;
  readonly samples: readonly Sample[];
  /** The sum over all of this name with these labels; 0 where there is none. */
  sum(name: string, labels?: Readonly<Record<string, string>>): number;
}

export async function scrape(port: number): Promise<Scrape> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  return readScrape(await response.text());
}

function readScrape(text: string): Scrape {
  const lines = text.split('\n');
  const names = new Set(lines.flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []));
  const samples = lines.flatMap(readSample);
  return {
    names,
    samples,
    sum: (name, labels = {}) =>
      samples
        .filter((sample) => sample.name === name)
        .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
        .reduce((sum, { value }) => sum + value, 0),
  };
}

function readSample(line: string): Sample[] {
  const parts = /^(?<name>[a-z_]+)(?:\{(?<labels>.*)\})? (?<value>\S+)$/i.exec(line)?.groups;
  if (parts?.name === undefined) return [];
  const labels = [...(parts.labels ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
  return [
    {
      name: parts.name,
      labels: Object.fromEntries(labels.map(([, label = '', value = '']) => [label, value])),
      value: Number(parts.value),
    },
  ];
}
