/** An address as it may be shown: without user, password and parameters. What is no URL to us may be one to its client. */
export function withoutPassword(address: string): string {
  if (URL.canParse(address)) {
    const { host, pathname } = new URL(address);
    return `${host}${pathname}`;
  }
  const [place = ''] = address.slice(address.lastIndexOf('@') + 1).split('?');
  return place.replace(/^\w+:\/\//, '');
}
