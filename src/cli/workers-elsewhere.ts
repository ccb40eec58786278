/**
 * Workers of this checkout that are connected to other servers than the present ones: they run, and get nothing to do.
 *
 * Servers are compared, not spellings: localhost is 127.0.0.1, and a port that isn't named is the usual one.
 */
import { partLabels } from '../stack/addresses.js';
import type { StackParts } from '../stack/find-stack.js';
import { withoutPassword } from '../stack/without-password.js';
import type { WorkerRecord } from '../worker/worker-record.js';

export interface WorkerElsewhere {
  readonly words: string;
  readonly mend: string;
}

const usualPorts = { temporal: 7233, postgres: 5432 } as const;

/** One for each such worker; a server that is down now is none to compare with. */
export function findWorkersElsewhere(
  workers: readonly Pick<WorkerRecord, 'identity' | 'process' | 'servers'>[],
  { temporal, postgres }: Pick<StackParts, 'temporal' | 'postgres'>,
): WorkerElsewhere[] {
  const present = {
    temporal: temporal?.address,
    postgres: postgres === null ? undefined : withoutPassword(postgres.url),
  };
  return workers.flatMap(({ identity, process: { pid }, servers }) => {
    const moved = (['temporal', 'postgres'] as const).flatMap((part) => {
      const [then, now] = [servers?.[part], present[part]];
      if (then === undefined || now === undefined) return [];
      return spelledAlike(then, part) === spelledAlike(now, part)
        ? []
        : [`${partLabels[part]} at ${then}, which is at ${now} now`];
    });
    if (moved.length === 0) return [];
    const words = `worker ${identity} is connected to ${moved.join(', and to ')}`;
    return [{ words, mend: `npx leftoff kill --signal SIGTERM --pid ${pid}, then npx leftoff worker` }];
  });
}

function spelledAlike(address: string, part: keyof typeof usualPorts): string {
  const [place = '', ...path] = address.split('/');
  const host = place.replace(/^(localhost|\[::1\])(?=:|$)/, '127.0.0.1');
  return [/:\d+$/.test(host) ? host : `${host}:${usualPorts[part]}`, ...path].join('/');
}
