/** How a worker is to be observed: what its flags say, and where they say nothing its environment. Pure. */
import type { Environment } from '../stack/environment.js';
import { metricsAddressForm, parseMetricsAddress } from '../stack/metrics-address.js';
import { UserError } from '../user-error.js';

export interface Observation {
  /** `host:port` where its metrics are served; null: nowhere. */
  readonly metricsAddress: string | null;
  /** Whether its runs are traced; OpenTelemetry's own variables say where the spans go. */
  readonly trace: boolean;
}

export interface ObservationFlags {
  readonly metrics?: string | undefined;
  readonly trace?: boolean | undefined;
}

/** @throws UserError (usage) for an address that is none */
export function observation(
  { metrics, trace }: ObservationFlags,
  environment: Pick<Environment, 'metricsAddress' | 'traces'>,
): Observation {
  const metricsAddress =
    metrics === undefined ? (environment.metricsAddress ?? null) : parseMetricsAddress(metrics);
  if (metrics !== undefined && metricsAddress === null)
    throw new UserError(`'${metrics}' is no address for metrics.`, `Use ${metricsAddressForm}.`, 'usage');
  return { metricsAddress, trace: trace ?? environment.traces };
}

/** The flags that make another process observe the same. */
export function observationFlags({ metricsAddress, trace }: Observation): string[] {
  return [...(metricsAddress === null ? [] : ['--metrics', metricsAddress]), ...(trace ? ['--trace'] : [])];
}
