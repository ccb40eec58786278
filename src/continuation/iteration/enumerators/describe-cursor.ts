/** Any value as errors show it: bigint and Date for what they are, and not as the JSON that they would become. */
export function describeCursor(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Date) return `Date ${JSON.stringify(value).replaceAll('"', '')}`;
  return JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, key, part: unknown) {
    const was = this[key];
    if (typeof was === 'bigint') return `${was}n`;
    return was instanceof Date ? `Date ${String(part)}` : part;
  });
}
