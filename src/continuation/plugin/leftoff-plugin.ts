/**
 * One line in the options of a Worker, a Client or a bundle: `plugins: [leftoff({ activities })]`.
 *
 * L1  Activities are added to the Worker's own; a name that is taken by another one is an error, never a replacement.
 * L2  Settings that recovery needs are set where the user's options leave them out, and told where they override them.
 * L3  A bigint and a Date travel exactly, in the Worker, the Client and the Workflows, unless the user's own payload
 *     converter is to do that.
 * L4  The same plugin may be given to a connection and to what is made from it: it says and adds everything once.
 *
 * A thin last layer: what it does can be done by hand with the library's other parts. Temporal's plugins are experimental.
 */
import { SimplePlugin } from '@temporalio/plugin';
import type { BundleOptions, ReplayWorkerOptions, WorkerOptions } from '@temporalio/worker';
import { limitIterations } from '../iteration/iteration-limits.js';
import { production, type Timing } from '../timing.js';
import { checkActivityOptions } from './check-activity-options.js';
import {
  composeConverterPath,
  composeDataConverter,
  exactConverterPath,
  requireConverterInBundle,
} from './compose-data-converter.js';
import { once, type ReportFinding, warnOf } from './finding.js';
import { settleRecovery } from './recovery-settings.js';
import { serverTaskTimeoutMs, shortenTaskTimeout } from './shorten-task-timeout.js';

export interface LeftoffOptions {
  /** Activities by their names, such as `{ processOrders: iteration(…) }`, to be served beside the Worker's own. */
  readonly activities?: object;
  /** The settings to recover by; default: the production profile. */
  readonly timing?: Timing;
  /** Milliseconds after which an iteration's execution gives its place to others; holds for the whole process. */
  readonly maxRuntimeMs?: number;
  /** How payloads are written. `exact`, the default: bigint and Date come back as they were. `own`: as without the plugin. */
  readonly payloads?: 'exact' | 'own';
  /** Hears what overrides the plugin's settings; default: a warning in the log of the process' Runtime. */
  readonly report?: ReportFinding;
}

/** Makes the plugin. One object will do for Worker, Client and bundle. */
export function leftoff(options: LeftoffOptions = {}): LeftoffPlugin {
  return new LeftoffPlugin(options);
}

/** An Activity of the plugin's has the name of another one that the Worker serves. */
export class ActivityNameTakenError extends Error {
  override readonly name = 'ActivityNameTakenError';

  constructor(readonly activityName: string) {
    super(
      `The Worker already has another Activity '${activityName}' than the plugin's. Register it in one place, or under two names.`,
    );
  }
}

export class LeftoffPlugin extends SimplePlugin {
  readonly #timing: Timing;
  readonly #activities: object;
  readonly #maxRuntimeMs: number | undefined;
  readonly #exact: boolean;
  readonly #report: ReportFinding;

  constructor({
    activities = {},
    timing = production,
    maxRuntimeMs,
    payloads = 'exact',
    report = warnOf,
  }: LeftoffOptions) {
    const say = once(report);
    const shorter = timing.workflowTaskTimeoutMs !== serverTaskTimeoutMs;
    super({
      name: 'leftoff',
      activities,
      workerInterceptors: { activity: [checkActivityOptions(say)] },
      ...(payloads === 'exact' ? { dataConverter: (own) => composeDataConverter(own, say) } : {}),
      ...(shorter
        ? { clientInterceptors: { workflow: [shortenTaskTimeout(timing.workflowTaskTimeoutMs)] } }
        : {}),
    });
    this.#timing = timing;
    this.#activities = activities;
    this.#maxRuntimeMs = maxRuntimeMs;
    this.#exact = payloads === 'exact';
    this.#report = say;
  }

  /** @throws ActivityNameTakenError, BundleWithoutConverterError */
  override configureWorker(options: WorkerOptions): WorkerOptions {
    refuseTakenNames(options.activities ?? {}, this.#activities);
    const { settings, findings } = settleRecovery(options, this.#timing);
    for (const finding of findings) this.#report(finding);
    if (this.#maxRuntimeMs !== undefined) limitIterations({ maxRuntimeMs: this.#maxRuntimeMs });
    return this.#readingItsBundle(super.configureWorker({ ...options, ...settings }));
  }

  /** @throws BundleWithoutConverterError */
  override configureReplayWorker(options: ReplayWorkerOptions): ReplayWorkerOptions {
    return this.#readingItsBundle(super.configureReplayWorker(options));
  }

  override configureBundler(options: BundleOptions): BundleOptions {
    const configured = super.configureBundler(options);
    if (!this.#exact) return configured;
    return {
      ...configured,
      payloadConverterPath: composeConverterPath(options.payloadConverterPath, this.#report),
    };
  }

  #readingItsBundle<Options extends Pick<WorkerOptions, 'workflowBundle' | 'dataConverter'>>(
    options: Options,
  ): Options {
    if (options.dataConverter?.payloadConverterPath === exactConverterPath())
      requireConverterInBundle(options.workflowBundle);
    return options;
  }
}

function refuseTakenNames(own: object, added: object): void {
  const taken = new Map<string, unknown>(Object.entries(own));
  for (const [name, activity] of Object.entries(added))
    if (taken.has(name) && taken.get(name) !== activity) throw new ActivityNameTakenError(name);
}
