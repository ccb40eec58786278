/**
 * Where a worker's metrics are served: `9464` or `host:port`.
 *
 * M1  A port alone listens on 127.0.0.1: who wants to be reached from outside says so.
 * M2  A host is an address of this machine's, as sockets take it: a name would have to be looked up.
 */
import { isIP } from 'node:net';

/** What is no such thing; for usage errors. */
export const metricsAddressForm = 'a port, or an IP address and a port, such as 9464 or 0.0.0.0:9464';

/** @returns `host:port`, as a socket is bound to; null where the text is none (`metricsAddressForm`) */
export function parseMetricsAddress(text: string): string | null {
  const parts = /^(?:(?<host>.+):)?(?<port>\d{1,5})$/.exec(text.trim())?.groups;
  if (parts === undefined) return null;
  const { host = '127.0.0.1', port } = parts;
  const number = Number(port);
  if (number < 1 || number > 65_535) return null;
  const bare = host === 'localhost' ? '127.0.0.1' : host.replace(/^\[(.*)\]$/, '$1');
  switch (isIP(bare)) {
    case 4:
      return `${bare}:${number}`;
    case 6:
      return `[${bare}]:${number}`;
    default:
      return null;
  }
}
