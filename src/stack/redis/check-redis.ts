import { connect } from 'node:net';

/** `AUTH` and `PING` as plain text: loading a client to say two words would take longer than Redis does to start. */
export function checkRedis(address: string): Promise<void> {
  const { port, password } = new URL(address);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: Number(port), timeout: 1_000 });
    // Two words in one write: the answer to the first is there with that to the second.
    const login = password === '' ? '' : `AUTH ${password}\r\n`;
    socket.on('connect', () => socket.write(`${login}PING\r\n`));
    let text = '';
    socket.on('data', (answer) => {
      text += answer.toString('utf8');
      if (text.trimEnd() === '+OK') return;
      socket.destroy();
      if (/^(\+OK\r\n)?\+PONG\r\n$/.test(text)) resolve();
      else reject(new Error(`it answered ${text.trim()}`));
    });
    socket.on('timeout', () => socket.destroy(new Error('no answer within 1 s')));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('it closed the connection')));
  });
}
