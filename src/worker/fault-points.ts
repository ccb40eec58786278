/**
 * The seam for faults at an exact position: `kill --at` arms a position, a worker that reaches it holds still and says so.
 *
 * F1  Off unless the worker was started with it; a worker without it never looks.
 * F2  Exactly one worker holds: the armed file is claimed by removing it.
 * F3  Several may be armed at once; each falls once, on whoever reaches it first.
 * F4  A held worker goes on when it is told to stop, when the fault is over or taken back, or when nobody came in time. One
 *     whose waiter has died falls nowhere.
 *
 * Polling the database from outside would be too late: the next item is done before the signal arrives.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { FaultInstant, FaultSeam } from '../activities/order-visits.js';
import { hasPid } from '../stack/processes/has-pid.js';

/** How long a worker holds for a fault that doesn't come. */
const holdLimitMs = 20_000;
/** How often a worker looks whether something was armed: a look into a folder that is mostly empty takes 20 µs. */
const lookEveryMs = 25;
const waitPollMs = 10;

const instantSchema = z.enum(['item in hand', 'charged outside', 'committed'] satisfies FaultInstant[]);

const armedSchema = z.object({
  id: z.string(),
  position: z.int(),
  instant: instantSchema,
  /** Times that the position is passed before the fault falls: within a customer, after a month of theirs. */
  passing: z.int().nonnegative().default(0),
  /** Who waits for it: without them nobody would end the hold. */
  waiterPid: z.int().positive(),
});

const heldSchema = z.object({
  id: z.string(),
  pid: z.int(),
  /** What the position is of. */
  item: z.enum(['order', 'customer', 'line']),
  position: z.int(),
  instant: instantSchema,
});

export type ArmedFault = z.infer<typeof armedSchema>;
export type HeldWorker = z.infer<typeof heldSchema>;

/** Arms a position; the first worker to reach it, or anything after it, holds. */
export async function armFault(
  home: string,
  position: number,
  instant: FaultInstant,
  passing = 0,
): Promise<ArmedFault> {
  const armed: ArmedFault = { id: randomUUID(), position, instant, passing, waiterPid: process.pid };
  await mkdir(folder(home), { recursive: true });
  const path = armedPath(home, armed.id);
  await writeFile(`${path}.partial`, JSON.stringify(armed));
  await rename(`${path}.partial`, path);
  return armed;
}

/** Takes an armed position back, reached or not. */
export async function disarmFault(home: string, armed: ArmedFault): Promise<void> {
  await rm(armedPath(home, armed.id), { force: true });
  await rm(heldPath(home, armed.id), { force: true });
}

/** Takes everything back that was armed in this checkout. */
export async function disarmAllFaults(home: string): Promise<void> {
  const names = await readdir(folder(home)).catch(() => []);
  // The files and not their folder: a worker may be writing into it.
  await Promise.all(names.map((name) => rm(join(folder(home), name), { force: true })));
}

/** Waits until a worker holds at the armed position. @throws the signal's reason when aborted */
export async function awaitHeldWorker(
  home: string,
  armed: ArmedFault,
  signal: AbortSignal,
): Promise<HeldWorker> {
  for (;;) {
    signal.throwIfAborted();
    const held = await readJson(heldPath(home, armed.id), heldSchema);
    if (held !== null) return held;
    await delay(waitPollMs, undefined, { signal }).catch(() => undefined);
  }
}

/** The worker's side: returns null at once unless this position is armed. */
export function fileFaultSeam(
  home: string,
  item: HeldWorker['item'],
  onHeld: (held: HeldWorker) => void,
): FaultSeam {
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let armed: readonly ArmedFault[] = [];
  const passed = new Map<string, number>();
  return (instant, positions, stopping) => {
    const now = performance.now();
    if (now - lookedAtMs >= lookEveryMs) {
      lookedAtMs = now;
      armed = readArmed(home);
    }
    const fault = armed.find(
      (each) => each.instant === instant && positions.some((id) => id >= each.position),
    );
    const position = positions.find((id) => fault !== undefined && id >= fault.position);
    if (fault === undefined || position === undefined) return null;
    const times = (passed.get(fault.id) ?? 0) + 1;
    passed.set(fault.id, times);
    if (times <= fault.passing) return null;
    armed = armed.filter((each) => each !== fault);
    if (!claim(home, fault) || !hasPid(fault.waiterPid)) return null;
    const held: HeldWorker = { id: fault.id, pid: process.pid, item, position, instant };
    const note = heldPath(home, held.id);
    writeFileSync(`${note}.partial`, JSON.stringify(held));
    renameSync(`${note}.partial`, note);
    onHeld(held);
    return hold(note, stopping);
  };
}

/** Holds while the note is there: whoever armed the fault removes it when the fault has fallen or is taken back. */
async function hold(note: string, stopping: AbortSignal): Promise<void> {
  const deadline = performance.now() + holdLimitMs;
  while (!stopping.aborted && existsSync(note) && performance.now() < deadline) {
    await delay(waitPollMs, undefined, { signal: stopping }).catch((error: unknown) => {
      if (!stopping.aborted) throw error;
    });
  }
  await rm(note, { force: true });
}

function claim(home: string, { id }: ArmedFault): boolean {
  try {
    unlinkSync(armedPath(home, id));
    return true;
  } catch {
    return false;
  }
}

function readArmed(home: string): ArmedFault[] {
  try {
    return readdirSync(folder(home))
      .filter((name) => armedName.test(name))
      .flatMap((name) => armedSchema.safeParse(parseFile(join(folder(home), name))).data ?? []);
  } catch {
    return [];
  }
}

/** Null for a file that is gone by now. */
function parseFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return schema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

const folder = (home: string): string => join(home, 'faults');
const armedName = /^armed-.*\.json$/;
const armedPath = (home: string, id: string): string => join(folder(home), `armed-${id}.json`);
const heldPath = (home: string, id: string): string => join(folder(home), `held-${id}.json`);
