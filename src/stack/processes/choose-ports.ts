/**
 * Chooses the ports of a server.
 *
 * C1  A port the user demands is taken or refused, never silently replaced.
 * C2  Otherwise the one it had last, then the usual one, then any free one; a replacement is said.
 */
import getPort, { clearLockedPorts, portNumbers } from 'get-port';
import { UserError } from '../../user-error.js';
import { type PartName, type ProgressListener, partLabels } from '../addresses.js';
import type { Environment } from '../environment.js';
import { type ServerPorts, usualPorts } from './local-server.js';

/** `avoid`: ports which turned out to be taken between our look and the server's. */
export async function choosePorts(
  environment: Environment,
  part: PartName,
  previous: ServerPorts | null,
  avoid: ReadonlySet<number>,
  onProgress: ProgressListener,
): Promise<ServerPorts> {
  const choose = async (
    name: string,
    demanded: number | undefined,
    remembered: number | null,
    usual: number,
  ) => {
    if (demanded !== undefined) {
      if (avoid.has(demanded) || (await getPort({ port: demanded })) !== demanded) {
        throw new UserError(
          `Port ${demanded} for ${name} is taken by another process.`,
          `Stop that process, or choose another port in ${demandedBy[name]}.`,
        );
      }
      return demanded;
    }
    const wanted = [remembered, usual]
      .filter((port) => port !== null && !avoid.has(port))
      .filter((port) => port !== null);
    // Beside the usual one first: easier to remember than a random number.
    const port = await getPort({
      port: [...wanted, ...portNumbers(usual + 10, usual + 40)],
      exclude: [...avoid],
    });
    if (port !== usual && port !== remembered) onProgress(`port ${usual} is taken: ${name} takes ${port}`);
    return port;
  };
  // get-port withholds a port it gave out for half a minute: a server that is started again in this process wants its own back.
  clearLockedPorts();
  const usual = usualPorts[part];
  const demanded = environment.ports;
  const port = await choose(partLabels[part], demanded[part], previous?.port ?? null, usual.port);
  if (usual.uiPort === null) return { port, uiPort: null };
  return {
    port,
    uiPort: await choose('Temporal UI', demanded.temporalUi, previous?.uiPort ?? null, usual.uiPort),
  };
}

const demandedBy: Readonly<Record<string, string>> = {
  Temporal: 'LEFTOFF_TEMPORAL_PORT',
  'Temporal UI': 'LEFTOFF_TEMPORAL_UI_PORT',
  PostgreSQL: 'LEFTOFF_POSTGRES_PORT',
  Redis: 'LEFTOFF_REDIS_PORT',
};
