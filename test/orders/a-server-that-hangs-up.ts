/** What speaks just enough of PostgreSQL's protocol to let a client in, and ends the connection in the very same packet. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A message: its type, its length with the length itself, its body. */
function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

const authenticated = message('R', Buffer.alloc(4));
const ready = message('Z', Buffer.from('I'));
const terminated = message(
  'E',
  Buffer.from('SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'),
);

export async function aServerThatHangsUp(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(Buffer.concat([authenticated, ready, terminated])));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port to listen on.');
  return {
    url: `postgresql://nobody@127.0.0.1:${address.port}/none`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
