/** An address as it may be shown: without user and password. */
export function withoutPassword(address: string): string {
  const url = new URL(address);
  return `${url.host}${url.pathname}`;
}
