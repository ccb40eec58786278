/**
 * DBOS' worker, a process of its own: the library in an application, a system database of its own beside the orders'.
 *
 * A workflow reads and charges in steps, whose results it gets back when it is recovered: `walk` is a step for so many orders, `each` one
 * for each order of a page that a step has read. Launched again it recovers what was under way for the same executor id (as it comes:
 * `local`). `prompt` starts the workflow on a queue that is polled more often, which is where a recovered one comes back to.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { type OrderWork, pageOfOrders } from './order-work.js';
import { type Manner, promptDbos } from './peer-lanes.js';
import { servePeer } from './serve-peer.js';

servePeer(async ({ databaseUrl, queue, manner, settings }, work) => {
  const systemDatabase = new URL(databaseUrl);
  // One a lane: two applications that create the same one at once get into each other's way, and would share an executor's id.
  systemDatabase.pathname = `/dbos_${queue.toLowerCase().replaceAll(/\W+/g, '_')}`;
  DBOS.setConfig({ name: 'leftoff-bench', systemDatabaseUrl: systemDatabase.href, logLevel: 'warn' });
  const goThrough = DBOS.registerWorkflow((runId: string, how: Manner) => goThroughOrders(work, runId, how), {
    name: 'goThroughOrders',
  });
  await DBOS.launch();
  if (settings === 'prompt') await DBOS.registerQueue(queue, promptDbos);
  const onQueue = settings === 'prompt' ? { queueName: queue } : {};
  return {
    run: async (runId) => {
      const handle = await DBOS.startWorkflow(goThrough, { workflowID: runId, ...onQueue })(runId, manner);
      return { checkpoints: await handle.getResult() };
    },
    over: (runId) => DBOS.getResult(runId, { pollingIntervalMs: pollMs }),
    close: () => DBOS.shutdown({ workflowCompletionTimeoutMS: completionLimitMs }),
  };
});

/** Where it is ended once its orders are done, it has its own last entries to make. */
const completionLimitMs = 5_000;
const pollMs = 50;

/** What a step, or a page of them, came to: where it is now, and whether there are more orders. */
interface Passed {
  readonly cursor: number | null;
  readonly more: boolean;
  readonly steps: number;
}

/** @returns how many steps it took */
async function goThroughOrders(work: OrderWork, runId: string, manner: Manner): Promise<number> {
  const upTo = await DBOS.runStep(() => work.select(runId), { name: 'select' });
  let steps = 2;
  let cursor: number | null = null;
  let more = true;
  while (more) {
    const at: At = { runId, upTo, cursor };
    const passed: Passed =
      manner.kind === 'walk' ? await stepOfOrders(work, at, manner.every) : await stepAnOrder(work, at);
    steps += passed.steps;
    cursor = passed.cursor;
    more = passed.more;
  }
  await DBOS.runStep(() => work.report(runId), { name: 'report' });
  return steps;
}

type At = Omit<Parameters<OrderWork['after']>[0], 'limit'>;

function stepOfOrders(work: OrderWork, at: At, every: number): Promise<Passed> {
  const chargeNext = async (): Promise<Passed> => {
    const page = await work.after({ ...at, limit: every });
    for (const orderId of page) await work.charge(at.runId, orderId);
    return { cursor: page.at(-1) ?? at.cursor, more: page.length === every, steps: 1 };
  };
  return DBOS.runStep(chargeNext, { name: 'charge' });
}

async function stepAnOrder(work: OrderWork, at: At): Promise<Passed> {
  const page = await DBOS.runStep(() => work.after({ ...at, limit: pageOfOrders }), { name: 'read' });
  for (const orderId of page) await DBOS.runStep(() => work.charge(at.runId, orderId), { name: 'charge' });
  const more = page.length === pageOfOrders;
  return { cursor: page.at(-1) ?? at.cursor, more, steps: page.length + 1 };
}
