/** The engines are there for who develops Leftoff, and not in what it installs: whoever measures against them says so first. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';
import { UserError } from '../../../user-error.js';

const packages = { BullMQ: 'bullmq', DBOS: '@dbos-inc/dbos-sdk' } as const;

const require = createRequire(import.meta.url);
const manifestSchema = z.object({ version: z.string() });

/** @throws UserError that says how to install what isn't there */
export function requirePeers(): void {
  requireInstalled(Object.values(packages), (name) => manifestOf(name) !== null);
}

export function requireInstalled(names: readonly string[], isThere: (name: string) => boolean): void {
  const missing = names.filter((name) => !isThere(name));
  if (missing.length === 0) return;
  throw new UserError(
    `The peers' tables measure against engines that aren't installed here: ${missing.join(', ')}.`,
    `npm i -D ${missing.join(' ')}`,
  );
}

export function peerVersions(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(packages).map(([engine, name]) => {
      const manifest = manifestOf(name);
      return [engine, manifest === null ? 'not installed' : readVersion(manifest)];
    }),
  );
}

/** By its folder: a package needn't export its manifest. */
function manifestOf(name: string): string | null {
  for (const folder of require.resolve.paths(name) ?? []) {
    const text = readOrNull(`${folder}/${name}/package.json`);
    if (text !== null) return text;
  }
  return null;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return null;
    throw error;
  }
}

function readVersion(manifest: string): string {
  return manifestSchema.parse(JSON.parse(manifest)).version;
}
