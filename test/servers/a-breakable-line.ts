/** A TCP line to a server that a test can cut and mend: an outage for whoever uses the line, and for nobody else. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface BreakableLine {
  /** Where to connect to instead of the server. */
  readonly host: string;
  readonly port: number;
  /** Ends what is connected; what connects from now on is ended at once. */
  cut(): void;
  /** Lets nothing through any more, and ends nothing: what connects is taken, and never answered. */
  freeze(): void;
  mend(): void;
  /** Resolves when the next one connects. */
  connected(): Promise<void>;
  close(): Promise<void>;
}

export async function aBreakableLine(to: { host: string; port: number }): Promise<BreakableLine> {
  const sockets = new Set<Socket>();
  let state: 'whole' | 'cut' | 'frozen' = 'whole';
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
      sockets.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
      socket.pipe(other);
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
    connected: async () => {
      await once(server, 'connection');
    },
    mend: () => {
      state = 'whole';
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      endAll();
      await closed;
    },
  };
}
