/** Where a local dev server is reached, beside its gRPC port. */

/** The namespace that the dev server makes. */
export const localNamespace = 'default';

/** The address of the Web UI of a local server. */
export function temporalUi(uiPort: number | null): string {
  return `http://127.0.0.1:${uiPort}`;
}
