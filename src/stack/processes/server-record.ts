/**
 * The note about a server that we started: `.leftoff/servers/<part>.json`.
 *
 * R1  Written whole (temporary file, rename), readable only by its owner, since Postgres' holds a password.
 * R2  A note that can't be read counts as none; the server it meant is found again by its command line.
 * R3  After `down` the note stays, without its process: the next `up` takes the same ports.
 */
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { PartName } from '../addresses.js';
import { processIdentitySchema } from './process-identity.js';

const serverRecordSchema = z.object({
  part: z.enum(['temporal', 'postgres', 'redis']),
  /** Null when it was stopped. */
  process: processIdentitySchema.nullable(),
  /** True once its health check passed. */
  ready: z.boolean(),
  port: z.number().int(),
  uiPort: z.number().int().nullable(),
  /** How clients reach it. */
  address: z.string(),
  /** Its executable, with where it came from, for `verify`. */
  executable: z.string(),
  origin: z.string(),
  log: z.string(),
});

export type ServerRecord = z.infer<typeof serverRecordSchema>;

/** The note about a part, or null. */
export async function readServerRecord(home: string, part: PartName): Promise<ServerRecord | null> {
  try {
    const parsed = serverRecordSchema.safeParse(JSON.parse(await readFile(recordPath(home, part), 'utf8')));
    return parsed.success && parsed.data.part === part ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Stores the note about a part. */
export async function writeServerRecord(home: string, record: ServerRecord): Promise<void> {
  const path = recordPath(home, record.part);
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.partial`;
  try {
    await writeFile(partial, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
    await chmod(partial, 0o600);
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

function recordPath(home: string, part: PartName): string {
  return join(home, 'servers', `${part}.json`);
}
