import { request } from 'node:http';
import { localNamespace } from './local-address.js';

/**
 * Asks for a Workflow that doesn't exist, over the HTTP API that the UI server passes on to the frontend: "not found" comes from
 * the history service's database. (The gRPC client takes 450 ms to load, too long for an `up` that has nothing to do.)
 */
export async function checkTemporal(ui: string): Promise<void> {
  const url = `${ui}/api/v1/namespaces/${localNamespace}/workflows/leftoff-health-check`;
  const { status, body } = await get(url);
  if (status !== 404 || !/"code":\s*5\b/.test(body))
    throw new Error(`it answered ${status}: ${body.slice(0, 200)}`);
}

/** `fetch` would take 60 ms more to load, and obey proxy settings that have no say on 127.0.0.1. */
function get(url: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { timeout: 1_500, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer within 1.5 s')));
    asked.on('error', reject);
    asked.end();
  });
}
