import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCallLog, readCalls } from '../../src/gateway/call-log.js';
import { aCall } from '../payments/some-calls.js';
import { aTemporaryFolder } from '../stack/a-temporary-folder.js';

const aPath = async () => join(await aTemporaryFolder(), 'payments', 'calls.jsonl');

describe("a gateway's log", () => {
  it('hands out what it took, in the order of the calls, to the next gateway', async () => {
    const path = await aPath();
    const calls = [aCall(), aCall({ orderId: 24, key: null })];
    const log = await openCallLog(path);
    for (const call of calls) log.append(call);
    await log.kept();
    await log.close();

    const next = await openCallLog(path);
    await next.close();

    expect(next.calls).toEqual(calls);
    expect(await readCalls(path)).toEqual(calls);
  });

  it('loses nothing to a line that was cut off: it is passed over, and cut away before the next call', async () => {
    const path = await aPath();
    const first = await openCallLog(path);
    first.append(aCall());
    await first.close();
    await appendFile(path, '{"at":"2026-01-0');

    expect(await readCalls(path)).toEqual([aCall()]);
    const second = await openCallLog(path);
    second.append(aCall({ orderId: 24 }));
    await second.close();

    expect(second.calls).toEqual([aCall()]);
    expect(await readCalls(path)).toEqual([aCall(), aCall({ orderId: 24 })]);
  });

  it('that holds something else is refused by line, and left as it is', async () => {
    const path = join(await aTemporaryFolder(), 'orders.csv');
    const text = `${JSON.stringify(aCall())}\norder_id,customer_id\n`;
    await writeFile(path, text);

    await expect(openCallLog(path)).rejects.toThrow(`Line 2 of ${path} is no payment call.`);
    await expect(readCalls(path)).rejects.toThrow('Line 2');
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('that was never written holds no calls', async () => {
    expect(await readCalls(await aPath())).toEqual([]);
  });
});
