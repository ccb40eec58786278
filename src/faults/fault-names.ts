/** The faults there are, by the names that `--fault` takes, each with what it hits. */
import { z } from 'zod';

export const faultNameSchema = z.enum([
  'none',
  'sigterm',
  'sigkill',
  'zombie',
  'redis-stopped',
  'redis-restarted',
  'redis-flushed',
  'postgres-restarted',
  'postgres-cut',
  'postgres-slowed',
  'temporal-killed',
  'poison-item',
  'rows-changed',
  'no-workers',
  'new-version-compatible',
  'new-version-incompatible',
]);

export type FaultName = z.infer<typeof faultNameSchema>;
