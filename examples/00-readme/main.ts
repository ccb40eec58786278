import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { leftoff } from 'leftoff/plugin';
import * as activities from './activities.js';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const [, , ledger = 'ledger.txt', address = 'localhost:7233'] = process.argv;
const plugins = [leftoff({ activities })];
const taskQueue = 'readme';
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({ connection, taskQueue, workflowsPath: here('workflows.ts'), plugins });
const client = new Client({ connection: await Connection.connect({ address }), plugins });
const run = await client.workflow.start('chargeAll', {
  taskQueue,
  workflowId: 'readme',
  workflowIdConflictPolicy: 'USE_EXISTING', // started again, it goes on with the run that is under way
  args: [{ orders: here('orders.csv'), ledger }],
});
process.stdout.write(`Charging. Now kill -9 ${process.pid}, and start me again.\n`);
const { counts, resumptions, result } = await worker.runUntil(run.result());
process.stdout.write(`${JSON.stringify({ ...counts, resumptions, linesInLedger: result })}\n`);
await Promise.all([connection.close(), client.connection.close()]);
