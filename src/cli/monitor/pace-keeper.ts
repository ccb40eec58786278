/** How fast each run goes, from reading to reading. */
import { RateMeter } from '../ui/rate-meter.js';

export interface PaceKeeper {
  /** @returns items a second over the last seconds; null until there are two readings */
  add(run: Counted, nowMs: number): number | null;
  /** Drops what is kept of runs that are not among these. */
  forgetOthers(workflowIds: ReadonlySet<string>): void;
}

interface Counted {
  readonly workflowId: string;
  readonly counts: { readonly processed: number; readonly failed: number };
}

export function paceKeeper(): PaceKeeper {
  const kept = new Map<string, { meter: RateMeter; done: number }>();
  return {
    add({ workflowId, counts }, nowMs) {
      const done = counts.processed + counts.failed;
      const before = kept.get(workflowId);
      // Counts that fall are those of a run that began anew under the same id.
      const meter = before === undefined || done < before.done ? new RateMeter() : before.meter;
      meter.add(done, nowMs);
      kept.set(workflowId, { meter, done });
      return meter.perSecond();
    },
    forgetOthers(workflowIds) {
      for (const workflowId of kept.keys()) if (!workflowIds.has(workflowId)) kept.delete(workflowId);
    },
  };
}
