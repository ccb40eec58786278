import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkConfigured, notUsable } from '../../src/stack/check-configured.js';
import { readEnvironment } from '../../src/stack/environment.js';
import { UserError } from '../../src/user-error.js';

/** A server that takes every connection, and answers each thing that it hears as it is told. */
async function aServer(answer: (heard: string) => string | null): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (heard) => {
      // Several commands may come in one piece; each begins with its number of words.
      for (const command of heard
        .toString('utf8')
        .split(/^\*\d+\r\n/m)
        .slice(1)) {
        const said = answer(command);
        if (said !== null) socket.write(`${said}\r\n`);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `redis://127.0.0.1:${address.port}`;
}

/** A Redis whose ACL leaves out `select`. */
function withoutSelect(command: string): string {
  if (/select/i.test(command)) return "-NOPERM User orders has no permissions to run the 'select' command";
  if (/info/i.test(command)) return '$19\r\nredis_version:7.2.4';
  return /hello/i.test(command) ? '%0' : '+OK';
}

async function checkRedis(url: string): Promise<unknown> {
  return checkConfigured('redis', readEnvironment({ REDIS_URL: url })).catch((error: unknown) => error);
}

describe('a Redis of the environment', () => {
  it('that takes the connection and says nothing is waited for two seconds, not for ever', async () => {
    const silent = await aServer(() => null);

    const failure = await checkRedis(silent);

    expect(failure).toBeInstanceOf(UserError);
    expect(String(failure)).toContain('does not answer: it says nothing for 2 s');
  });

  it('without the database that REDIS_URL names is not usable', async () => {
    const small = await aServer((command) => {
      if (/select/i.test(command)) return '-ERR DB index is out of range';
      if (/info/i.test(command)) return '$19\r\nredis_version:7.2.4';
      return /hello/i.test(command) ? '%0' : '+OK';
    });

    const failure = await checkRedis(`${small}/99`);

    expect(String(failure)).toContain(
      'UserError: Redis, as REDIS_URL names it, has no database 99: ERR DB index is out of range',
    );
  });

  it('whose user may not select is usable with the first database, which none needs to', async () => {
    const strict = await aServer(withoutSelect);

    expect(await checkRedis(strict)).not.toBeInstanceOf(Error);
    expect(await checkRedis(`${strict}/0`)).not.toBeInstanceOf(Error);
  });

  it('whose user may not select refuses us with another one: that isn’t missing', async () => {
    const strict = await aServer(withoutSelect);

    expect(String(await checkRedis(`${strict}/2`))).toContain(
      "refuses us: NOPERM User orders has no permissions to run the 'select' command",
    );
  });

  it('whose database is no number is a mistake in REDIS_URL, and nobody is asked', async () => {
    expect(String(await checkRedis('redis://127.0.0.1:1/orders'))).toContain(
      "UserError: REDIS_URL names the database 'orders', which is not a number",
    );
  });
});

describe('a server of the environment', () => {
  it.each([
    ['postgres', Object.assign(new Error('password authentication failed'), { code: '28P01' })],
    ['redis', new Error('WRONGPASS invalid username-password pair or user is disabled.')],
    ['redis', new Error('NOAUTH Authentication required.')],
  ] as const)('%s that refuses our password (%s) is not told as away', (part, reason) => {
    expect(notUsable(part, reason).message).toContain('refuses us');
    expect(notUsable(part, reason).mend).toContain('password');
  });

  it('that cannot be reached is told as away', () => {
    const away = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });

    expect(notUsable('postgres', away).message).toContain('does not answer');
  });
});
