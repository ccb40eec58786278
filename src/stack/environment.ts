/**
 * Everything the stack reads from its environment, in one schema.
 *
 * E1  An empty variable counts as unset; a malformed one is a usage error that names it.
 * E2  LEFTOFF_HOME is absolute; its default lies beside package.json, whether this runs from src or from dist.
 * E3  Nothing else under src/stack reads process.env.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, parse, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { UserError } from '../user-error.js';
import { metricsAddressForm, parseMetricsAddress } from './metrics-address.js';
import type { TemporalSettings } from './temporal/server-settings.js';

const text = z
  .string()
  .optional()
  .transform((value) => (value === undefined || value.trim() === '' ? undefined : value));
const port = text
  .refine((value) => value === undefined || /^\d+$/.test(value.trim()), { message: 'must be a port number' })
  .transform((value) => (value === undefined ? undefined : Number(value)))
  .refine((value) => value === undefined || (value >= 1 && value <= 65_535), {
    message: 'must be 1 to 65535',
  });
const url = (protocols: readonly string[]) =>
  text.refine((value) => value === undefined || protocols.some((each) => value.startsWith(`${each}://`)), {
    message: `must start with ${protocols.map((each) => `${each}://`).join(' or ')}`,
  });

const metricsAddress = text
  .transform((value) => (value === undefined ? undefined : parseMetricsAddress(value)))
  .refine((value) => value !== null, { message: `must be ${metricsAddressForm}` })
  .transform((value) => value ?? undefined);

const temporalSettings = text
  .pipe(z.enum(['tuned', 'default'], { error: 'must be tuned or default' }).optional())
  .transform((value): TemporalSettings => value ?? 'tuned');

const variables = z.object({
  DATABASE_URL: url(['postgres', 'postgresql']),
  REDIS_URL: url(['redis', 'rediss']),
  LEFTOFF_HOME: text,
  LEFTOFF_CACHE: text,
  LEFTOFF_TEMPORAL_CLI: text,
  LEFTOFF_TEMPORAL_TEST_SERVER: text,
  LEFTOFF_TEMPORAL_PORT: port,
  LEFTOFF_TEMPORAL_UI_PORT: port,
  LEFTOFF_TEMPORAL_SETTINGS: temporalSettings,
  LEFTOFF_POSTGRES_PORT: port,
  LEFTOFF_REDIS_PORT: port,
  LEFTOFF_METRICS: metricsAddress,
  OTEL_EXPORTER_OTLP_ENDPOINT: text,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: text,
  OTEL_SDK_DISABLED: text,
  XDG_CACHE_HOME: text,
  PATH: text,
});

/** What the environment says about the stack. Paths are absolute. */
export interface Environment {
  /** State of the local servers of this checkout: records, logs, data. */
  readonly home: string;
  /** Downloads, shared between checkouts. */
  readonly cache: string;
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly temporalCli: string | undefined;
  readonly temporalTestServer: string | undefined;
  /** How a local dev server is started: one that runs already keeps what it has. */
  readonly temporalSettings: TemporalSettings;
  readonly ports: {
    readonly temporal: number | undefined;
    readonly temporalUi: number | undefined;
    readonly postgres: number | undefined;
    readonly redis: number | undefined;
  };
  readonly path: string;
  /** `host:port` where workers serve their metrics; undefined: nowhere. */
  readonly metricsAddress: string | undefined;
  /** Whether there is somebody to send traces to, as OpenTelemetry's own variables say. */
  readonly traces: boolean;
  /** As they came: for @temporalio/envconfig, and for the processes that we start. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Reads and checks the environment; throws a usage error naming the first variable that is wrong. */
export function readEnvironment(source: NodeJS.ProcessEnv = process.env): Environment {
  const parsed = variables.safeParse(source);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = String(issue?.path[0] ?? 'The environment');
    throw new UserError(
      `${name} is not usable: ${issue?.message ?? 'invalid'}.`,
      `Correct ${name}, or unset it.`,
      'usage',
    );
  }
  const env = parsed.data;
  const cacheHome = env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return {
    home: readHome(source),
    cache: resolve(env.LEFTOFF_CACHE ?? join(cacheHome, 'leftoff')),
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    temporalCli: env.LEFTOFF_TEMPORAL_CLI,
    temporalTestServer: env.LEFTOFF_TEMPORAL_TEST_SERVER,
    temporalSettings: env.LEFTOFF_TEMPORAL_SETTINGS,
    ports: {
      temporal: env.LEFTOFF_TEMPORAL_PORT,
      temporalUi: env.LEFTOFF_TEMPORAL_UI_PORT,
      postgres: env.LEFTOFF_POSTGRES_PORT,
      redis: env.LEFTOFF_REDIS_PORT,
    },
    metricsAddress: env.LEFTOFF_METRICS,
    traces:
      (env.OTEL_EXPORTER_OTLP_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) !== undefined &&
      env.OTEL_SDK_DISABLED?.toLowerCase() !== 'true',
    path: env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    variables: definedOnly(source),
  };
}

/** What stopping the stack needs to know; it is to work also where another variable is wrong. */
export type StopEnvironment = Pick<Environment, 'home'> & Partial<Pick<Environment, 'temporalCli'>>;

export function readStopEnvironment(source: NodeJS.ProcessEnv = process.env): StopEnvironment {
  return { home: readHome(source), temporalCli: text.parse(source.LEFTOFF_TEMPORAL_CLI) };
}

/** `Environment.home` alone, for what is to work also where another variable is wrong. */
export function readHome(source: NodeJS.ProcessEnv = process.env): string {
  return resolve(text.parse(source.LEFTOFF_HOME) ?? join(projectRoot(), '.leftoff'));
}

/** The folder that holds package.json, found upwards from this file (src/stack or dist/stack). */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (folder !== parse(folder).root) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    folder = dirname(folder);
  }
  return process.cwd();
}

function definedOnly(source: NodeJS.ProcessEnv): Record<string, string> {
  const defined: Record<string, string> = {};
  for (const [name, value] of Object.entries(source)) if (value !== undefined) defined[name] = value;
  return defined;
}
