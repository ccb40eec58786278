/** Whether anybody takes connections at an address: the quickest sign that a server is there, or is not. */
import { once } from 'node:events';
import { connect } from 'node:net';

/** On one machine it takes a millisecond, through a slow line some hundred. */
const limitMs = 1_000;

/** @param address host:port */
export async function isListening(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${address}`);
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(limitMs) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
