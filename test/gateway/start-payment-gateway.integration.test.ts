import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { startPaymentGateway } from '../../dist/gateway/start-payment-gateway.js';
import { hasPid } from '../../src/stack/processes/has-pid.js';
import { aTemporaryFolder } from '../stack/a-temporary-folder.js';

const module = fileURLToPath(new URL('../../dist/gateway/start-payment-gateway.js', import.meta.url));

it('a gateway ends with who started it, also by a kill that nobody can answer', async () => {
  const home = await aTemporaryFolder();
  const script = `
    const { startPaymentGateway } = await import(${JSON.stringify(module)});
    const { pid } = await startPaymentGateway({ home: ${JSON.stringify(home)} });
    process.stdout.write(pid + '\\n');
    setInterval(() => undefined, 1_000);`;
  const starter = execa(process.execPath, ['--input-type=module', '--eval', script], { reject: false });
  const pid = await new Promise<number>((resolve) =>
    starter.stdout.once('data', (line: Buffer) => resolve(Number(line.toString()))),
  );
  expect(hasPid(pid)).toBe(true);

  starter.kill('SIGKILL');

  await starter;
  await expect.poll(() => hasPid(pid), { timeout: 10_000 }).toBe(false);
});

it('one that can have no port says so, and leaves nothing behind; the other is asked for its counts after its end', async () => {
  const home = await aTemporaryFolder();
  const first = await startPaymentGateway({ home });

  await expect(startPaymentGateway({ home, port: Number(new URL(first.url).port) })).rejects.toThrow(
    /did not come up.\n.*can't listen at 127.0.0.1:\d+: .*EADDRINUSE/s,
  );
  await first.stop();

  expect(hasPid(first.pid)).toBe(false);
  expect(await first.counts()).toMatchObject({ calls: 0, doubled: 0 });
});
