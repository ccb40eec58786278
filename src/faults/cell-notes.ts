/** What is different, or impossible, in a lane under a fault, and why: facts of Temporal and of the stores, for the table. Pure. */
import type { FaultName } from './fault-names.js';
import type { RevisitCase } from './revisit-bound.js';

type FaultedLane = RevisitCase['lane'];

const startsOver =
  'the control has no checkpoint: its next attempt starts over at the first order and charges again what was charged';

const openPolls =
  'A frozen worker’s polls stay open: the server hands it the work again, once a poll, and each time waits for another heartbeat timeout before the other worker gets it';

const onItsWayOut =
  'an outage fails the attempt, not the order: tried again without end; the attempt hands its place over on its way out, so that only what no heartbeat takes is met again';

/** Null: nothing is different. */
export function noteOf(fault: FaultName, lane: FaultedLane): string | null {
  const { pattern, store } = lane;
  const naive = pattern === 'naive';
  const fenced = store === 'postgres';
  switch (fault) {
    case 'none':
      return null;
    case 'sigterm':
      return naive ? `a graceful stop is nothing to a job that returns no place: ${startsOver}` : null;
    case 'sigkill':
    case 'no-workers':
      return naive ? startsOver : null;
    case 'zombie':
      if (naive) return `nothing keeps the zombie from charging on where it was: ${startsOver}. ${openPolls}`;
      return fenced
        ? `the zombie is refused by its epoch. ${openPolls}`
        : `the zombie's late visit finds the order done: met again, without an effect; Temporal can't stop it before its next heartbeat is answered. ${openPolls}`;
    case 'redis-stopped':
      if (naive) return 'it keeps nothing in Redis: as under no fault';
      return store === 'redis'
        ? 'the run goes on with what the heartbeat keeps: a kill now would cost a heartbeat window'
        : 'nothing of this lane is in Redis: as under no fault';
    case 'redis-restarted':
      if (naive) return startsOver;
      return store === 'redis'
        ? 'what Redis had answered for was in its file (appendonly): a power cut could cost the last second (appendfsync everysec)'
        : 'nothing of this lane is in Redis: as under SIGKILL';
    case 'redis-flushed':
      if (naive) return startsOver;
      return store === 'redis'
        ? 'the place is the last heartbeat’s: as in the heartbeat lane. FLUSHDB takes whatever else is kept there, too'
        : 'nothing of this lane is in Redis: as under SIGKILL';
    case 'postgres-restarted':
    case 'postgres-cut':
      if (naive) return `its statement fails, and with it the attempt: ${startsOver}`;
      return fenced
        ? 'the order’s transaction is rolled back with its cursor, and is done again: nothing was done, so nothing is met again'
        : onItsWayOut;
    case 'postgres-slowed':
      return fenced
        ? 'slower than the other lanes meanwhile: a transaction is several statements, each there and back'
        : null;
    case 'temporal-killed':
      if (naive) return `its Activity may count as lost when the server is back: then ${startsOver}`;
      return (
        'the worker works on while Temporal is away, and its Activity may count as lost when it is back: then two attempts are at work for a moment. ' +
        (fenced
          ? 'The fence refuses the outdated one'
          : 'What is done meanwhile may be met again, where its checkpoint is Temporal’s: the outage adds its length')
      );
    case 'poison-item':
      return naive
        ? 'it can’t pass anything over: each attempt starts over, charges again what was charged, and fails at the same order; without an end, so that the order is mended after four attempts'
        : null;
    case 'rows-changed':
      if (naive) return `it read all orders at its start: ${startsOver}`;
      return 'what is selected is fixed by the highest id at the start; an order in a gap ahead of the cursor would be met, one behind it or above is the next run’s';
    case 'new-version-compatible':
      return (
        (naive ? `the old worker is stopped: ${startsOver}. ` : '') +
        'the alternative is Temporal’s Worker Versioning: a run pinned to its version is never given to another, and old workers stay until their runs have ended'
      );
    case 'new-version-incompatible':
      return (
        (naive
          ? `its Activity is no Workflow code and goes on at the new worker: ${startsOver}; replay refuses only what comes after. `
          : 'Activities are no Workflow code: one that is under way would go on at the new worker, only what the Workflow does next is refused. ') +
        'With Worker Versioning (pinned) the new worker would never have got the run'
      );
  }
}
