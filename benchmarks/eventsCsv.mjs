import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/**
 * Seeded events of 300 days as CSV: views, carts and orders. A few customers and items have many of them, as in a shop.
 * @param people {{ users?: number, items?: number }} how many ids there are to draw from
 */
export async function writeEvents(path, rows, { users = 200_000, items = 20_000 } = {}) {
  let state = 12345;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
  const file = createWriteStream(path);
  let text = 'user_id,item_id,event,timestamp,quantity,price,order_id\n';
  const start = Date.UTC(2026, 0, 1) / 1000;
  for (let row = 0; row < rows; row++) {
    const event = random() < 0.85 ? 'view' : random() < 0.6 ? 'cart' : 'purchase';
    const time = new Date((start + Math.floor((row / rows) * 300 * 86400)) * 1000).toISOString().slice(0, 19).replace('T', ' ');
    const user = `U${String(Math.floor(random() ** 2 * users)).padStart(8, '0')}`;
    const item = `SKU-${Math.floor(random() ** 3 * items)}`;
    const bought = event === 'purchase' ? `${1 + Math.floor(random() * 3)},${(random() * 200).toFixed(2)},O${row}` : ',,';
    text += `${user},${item},${event},${time},${bought}\n`;
    if (text.length > 1 << 20) {
      if (!file.write(text)) await once(file, 'drain');
      text = '';
    }
  }
  file.end(text);
  await once(file, 'finish');
}
