/**
 * Keeps an attempt's heartbeat for the library: its details are the checkpoint, and the newest details are all that a
 * lost attempt leaves.
 *
 * W1  A heartbeat of the job's own (`Context.current().heartbeat()`) is a sign of life, as it was meant, and is sent with
 *     the library's newest details instead of its own; where it had any, a warning says so, once an attempt.
 *
 * Not reached: what an interceptor around the Activity sends before the Activity's function has begun.
 */
import type { Context } from '@temporalio/activity';

interface OwnHeartbeat {
  /** The Activity's heartbeat as the SDK made it. */
  readonly send: (details: unknown) => void;
  /** What was sent last, or found. */
  newest: unknown;
}

/** By the Activity's context: one Activity may do several things of the library, one after another. */
const taken = new WeakMap<Context, OwnHeartbeat>();

/** Takes an attempt's heartbeat over (W1). @returns how the library sends its own */
export function ownHeartbeat(
  context: Context,
  { isSilent, warn }: { readonly isSilent: () => boolean; readonly warn: (message: string) => void },
): (details: unknown) => void {
  const own: OwnHeartbeat = {
    send: taken.get(context)?.send ?? context.heartbeat,
    newest: context.info.heartbeatDetails,
  };
  taken.set(context, own);
  let warned = false;
  const instead = (details?: unknown): void => {
    if (details !== undefined && !warned) {
      warned = true;
      warn(
        "A heartbeat of the job's own was sent without its details: they are where this Activity keeps its checkpoint. Keep what the job wants to know in its cursor, or in a table of its own.",
      );
    }
    if (!isSilent()) own.send(own.newest);
  };
  // The context is this attempt's alone. Its type says read-only, for the SDK has no other way in from inside an Activity.
  Object.defineProperty(context, 'heartbeat', { value: instead });
  return (details) => {
    own.newest = details;
    if (!isSilent()) own.send(details);
  };
}
