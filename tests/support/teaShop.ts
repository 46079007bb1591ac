import { Random } from '../../src/lib/core/base/random';

/** A tea shop's till in the first two months of 2026: 240 order lines, and one without a customer. */
export function teaShopCsv(): string {
  const random = new Random(11);
  const lines = ['customer_id,product_id,event_name,timestamp,quantity,price,order_id'];
  for (let line = 0; line < 240; line++) {
    const customer = random.below(24);
    // Everybody has a taste: a third of the shelf that they mostly buy from.
    const product = random.below(10) < 8 ? (customer % 3) * 8 + random.below(8) : random.below(24);
    const day = Math.floor(line / 4);
    const date = new Date(Date.UTC(2026, 0, 1 + day, 9 + random.below(10), random.below(60))).toISOString().slice(0, 19).replace('T', ' ');
    const id = String(customer).padStart(4, '0');
    lines.push(`${id},tea-${product},order_completed,${date},${1 + random.below(3)},${(2 + product / 4).toFixed(2)},o${line}`);
  }
  lines.push(',tea-1,order_completed,2026-02-01 10:00:00,1,2.00,o999');
  return `${lines.join('\n')}\n`;
}

export const teaShopPlan = `
muster: 2
name: Tea shop
timeZone: Asia/Shanghai
currency: CNY
sources:
  - { id: orders, files: [orders.csv] }
segments:
  - id: loyal
    rule: { trait: orders, atLeast: 6 }
models:
  - { id: tastes, kind: recommender, algorithm: ials, options: { factors: 8, epochs: 4 } }
audiences:
  - id: loyal-mail
    from: loyal
    top: { by: revenue, count: 15 }
    columns: [orders, revenue, favoriteItem]
lists:
  - { id: loyal-picks, for: loyal-mail, model: tastes, size: 3 }
exports:
  - { audience: loyal-mail, destination: [csv, parquet] }
  - { list: loyal-picks, destination: [csv, parquet, jsonl] }
`;
