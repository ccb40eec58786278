/** Which SDK is installed; its own files and its native part must be of the same release. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';

const packageSchema = z.object({ name: z.string(), version: z.string() });

/** @returns such as `@temporalio/worker 1.24.0, @temporalio/core-bridge 1.24.0` */
export function installedSdk(): string {
  const worker = createRequire(import.meta.url).resolve('@temporalio/worker/package.json');
  const bridge = createRequire(worker).resolve('@temporalio/core-bridge/package.json');
  const versions = [worker, bridge].map((file) => {
    const { name, version } = packageSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return `${name} ${version}`;
  });
  return versions.join(', ');
}
