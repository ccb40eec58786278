/** The store that adds nothing: the heartbeat, which is there with every store, keeps the checkpoint by itself. */
import type { CheckpointStore, StoreSession } from './checkpoint-store.js';

const session: StoreSession<null> = {
  stored: null,
  item: async (work, checkpointAfter) => {
    const result = await work(null);
    checkpointAfter(result);
    return result;
  },
  flush: async () => undefined,
  close: async () => undefined,
};

/** The default. Its checkpoints are durable at most one throttle window late, and are read from the pending Activity. */
export const heartbeatStore: CheckpointStore<null> = {
  name: 'heartbeat',
  open: async () => session,
  read: async () => [],
  retire: async () => undefined,
  clear: async () => undefined,
};
