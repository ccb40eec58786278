/**
 * The frame of an engine's worker process: it opens on the first message, starts runs on others, and is never left behind.
 *
 * P1  SIGTERM ends it gracefully, with the work in hand done.
 * P2  It ends with the measurement: where the channel to it closes, nobody is there who would end it.
 */
import { openPool } from '../../../orders/open-pool.js';
import { type OrderWork, orderWork } from './order-work.js';
import { type FromPeer, type OpenPeer, type ToPeer, toPeerSchema } from './peer-messages.js';

interface ServedEngine {
  /** Starts a run. @returns once it is done, with how often its progress was made durable */
  readonly run: (runId: string) => Promise<{ readonly checkpoints: number }>;
  /** @returns once nothing is left of a run, whichever worker started it */
  readonly over: (runId: string) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

type OpenEngine = (open: OpenPeer, work: OrderWork, fail: (error: unknown) => void) => Promise<ServedEngine>;

export function servePeer(openEngine: OpenEngine): void {
  const fail = (error: unknown): void =>
    tell({ kind: 'failed', words: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  let close = async (): Promise<void> => undefined;
  let opened: ServedEngine | null = null;

  const open = async (options: OpenPeer): Promise<void> => {
    const pool = openPool(options.databaseUrl, { name: 'leftoff-peer' });
    const { itemMs, holdAt } = options;
    const onHeld = (orderId: number) => tell({ kind: 'held', orderId });
    const engine = await openEngine(options, orderWork(pool, { itemMs, holdAt, onHeld }), fail);
    opened = engine;
    close = async () => {
      await engine.close();
      await pool.end();
    };
    tell({ kind: 'ready' });
  };
  const hear = async (message: ToPeer): Promise<void> => {
    if (message.kind === 'open') return open(message);
    if (opened === null) throw new Error('Something was asked of the engine before it was open.');
    switch (message.kind) {
      case 'start':
        return tell({ kind: 'done', ...(await opened.run(message.runId)) });
      case 'await':
        await opened.over(message.runId);
        return tell({ kind: 'over' });
    }
  };

  process.on('message', (raw) => {
    hear(toPeerSchema.parse(raw)).catch(fail);
  });
  process.once('SIGTERM', () => {
    close().then(() => process.exit(0), endBadly);
  });
  process.once('disconnect', () => process.exit(1));
}

function endBadly(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}

function tell(message: FromPeer): void {
  process.send?.(message);
}
