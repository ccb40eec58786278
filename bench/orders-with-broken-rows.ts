/** The text of a file of orders in which one row in fifty is broken. */
const brokenEvery = 50;

export function ordersWithBrokenRows(rows: number): string {
  const lines = ['order_id,customer_id,ordered_on,units,total_cents'];
  for (let id = 1; id <= rows; id += 1)
    lines.push(`${id},${id % brokenEvery === 0 ? 'nobody' : id % 97},1997-01-18,1,1499`);
  return `${lines.join('\n')}\n`;
}
