import type { Client } from '@temporalio/client';
import { isOurs } from '../jobs.js';

/** Deletes the schedules of our jobs, which would start new runs. @returns their names */
export async function deleteSchedules(client: Client): Promise<string[]> {
  const deleted: string[] = [];
  for await (const { scheduleId, action } of client.schedule.list()) {
    if (!isOurs(action?.workflowType ?? '')) continue;
    await client.schedule.getHandle(scheduleId).delete();
    deleted.push(scheduleId);
  }
  return deleted;
}
