import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../../../src/continuation/iteration/stores/memory.js';
import { describeCheckpointStore, describeClaimsOfRetiredWork } from './checkpoint-store-contract.js';
import { aKey, checkpointAt, keep, open } from './store-attempts.js';

describeCheckpointStore('the memory store', memoryStore);
describeClaimsOfRetiredWork('the memory store', memoryStore);

describe('the memory store', () => {
  it('shares nothing with another one', async () => {
    const key = aKey();
    await keep(await open(memoryStore(), { key }), checkpointAt(1));

    expect(await memoryStore().read(key.workflowId)).toEqual([]);
  });
});
