/** Workers of this checkout that are connected to other servers than the present ones: they run, and get nothing to do. */
import { partLabels } from '../stack/addresses.js';
import type { StackParts } from '../stack/find-stack.js';
import { withoutPassword } from '../stack/without-password.js';
import type { WorkerRecord } from '../worker/worker-record.js';

export const mendElsewhere = 'npx leftoff kill --signal SIGTERM, then npx leftoff worker';

/** A line for each such worker; a server that is down now is none to compare with. */
export function describeElsewhere(
  workers: readonly Pick<WorkerRecord, 'identity' | 'servers'>[],
  { temporal, postgres }: Pick<StackParts, 'temporal' | 'postgres'>,
): string[] {
  const present = {
    temporal: temporal?.address,
    postgres: postgres === null ? undefined : withoutPassword(postgres.url),
  };
  return workers.flatMap(({ identity, servers }) => {
    const moved = (['temporal', 'postgres'] as const).flatMap((part) => {
      const [then, now] = [servers?.[part], present[part]];
      return then === undefined || now === undefined || then === now
        ? []
        : [`${partLabels[part]} at ${then}, which is at ${now} now`];
    });
    return moved.length === 0 ? [] : [`worker ${identity} is connected to ${moved.join(', and to ')}`];
  });
}
