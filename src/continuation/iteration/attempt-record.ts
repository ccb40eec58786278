/** How an Activity's attempts fared since it last got further, as its checkpoints carry that from one to the next. Pure. */
import type { AttemptRecord } from '../checkpoint.js';

/** The attempts up to this one, none of which was in vain as far as anybody knows. */
export function noneInVain(last: number): AttemptRecord {
  return { last, pending: false, lost: 0, unseen: 0 };
}

/** How this attempt finds its Activity's attempts. @param before as the newest of them left it; null: none left anything */
export function attemptBegun(before: AttemptRecord | null, attempt: number): AttemptRecord {
  const { last, pending, lost, unseen } = before !== null && before.last < attempt ? before : noneInVain(0);
  return {
    last: attempt,
    pending: true,
    lost: lost + (pending ? 1 : 0),
    unseen: unseen + attempt - 1 - last,
  };
}

/** This attempt got further: none was in vain. */
export function attemptGotFurther({ last }: AttemptRecord): AttemptRecord {
  return noneInVain(last);
}

/** Whether that was said already. */
export function hasGotFurther({ pending, lost, unseen }: AttemptRecord): boolean {
  return !pending && lost === 0 && unseen === 0;
}

/** This attempt says how it ended. */
export function attemptEnded(record: AttemptRecord): AttemptRecord {
  return { ...record, pending: false };
}
