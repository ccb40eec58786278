import { connect } from 'node:net';

/** `PING` as plain text: loading a client to say one word would take longer than Redis does to start. */
export function checkRedis(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 });
    socket.on('connect', () => socket.write('PING\r\n'));
    socket.on('data', (answer) => {
      socket.destroy();
      const text = answer.toString('utf8').trim();
      if (text === '+PONG') resolve();
      else reject(new Error(`it answered ${text}`));
    });
    socket.on('timeout', () => socket.destroy(new Error('no answer within 1 s')));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('it closed the connection')));
  });
}
