/**
 * A TCP line to a server that can be cut, frozen, slowed and mended: a fault for whoever uses the line, and for nobody else.
 *
 * L1  It listens on 127.0.0.1 alone.
 * L2  What was sent comes in its order, whatever is done to the line; what was on a line that is cut is lost.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

export interface BreakableLine {
  /** Where to connect to instead of the server. */
  readonly host: string;
  readonly port: number;
  /** Ends what is connected; what connects from now on is ended at once. */
  cut(): void;
  /** Lets nothing through any more, and ends nothing: what connects is taken, and never answered. */
  freeze(): void;
  /** From now on each chunk, in either direction, comes so many milliseconds late; 0: as fast as it goes. */
  slow(lateMs: number): void;
  mend(): void;
  /** Resolves when the next one connects. */
  connected(): Promise<void>;
  close(): Promise<void>;
}

export async function openBreakableLine(to: { host: string; port: number }): Promise<BreakableLine> {
  const sockets = new Set<Socket>();
  let state: 'whole' | 'cut' | 'frozen' = 'whole';
  let lateMs = 0;
  const late = (): Transform =>
    new Transform({
      transform: (chunk, _, pass) => {
        if (lateMs === 0) pass(null, chunk);
        else setTimeout(pass, lateMs, null, chunk);
      },
    });
  const server = createServer((near) => {
    if (state === 'cut') {
      near.destroy();
      return;
    }
    if (state === 'frozen') {
      sockets.add(near.on('error', () => undefined).pause());
      return;
    }
    const far = connect(to);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket.setNoDelay());
      socket
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
      socket.pipe(late()).pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port to listen on.');
  const endAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    host: address.address,
    port: address.port,
    cut: () => {
      state = 'cut';
      endAll();
    },
    freeze: () => {
      state = 'frozen';
      for (const socket of sockets) socket.unpipe().pause();
    },
    slow: (ms) => {
      lateMs = ms;
    },
    connected: async () => {
      await once(server, 'connection');
    },
    mend: () => {
      state = 'whole';
      lateMs = 0;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      endAll();
      await closed;
    },
  };
}
