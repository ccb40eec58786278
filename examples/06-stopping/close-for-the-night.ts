/** Lets a run stand still while the studio is closed. */
import type { Client } from '@temporalio/client';
import { pauseRun, unpauseRun } from 'leftoff/operation';

export async function closeForTheNight(client: Client, workflowId: string): Promise<string> {
  const asked = await pauseRun(client, workflowId);
  switch (asked.kind) {
    case 'taken':
      return `${workflowId} is ${asked.state}`; // pausing, until the photo in hand is done
    case 'recorded':
      return `${workflowId} pauses as soon as a worker answers for it`; // it is in history already
    case 'refused':
      return `${workflowId} ${asked.why}`; // has completed already
  }
}

export const openAgain = (client: Client, workflowId: string) => unpauseRun(client, workflowId);
