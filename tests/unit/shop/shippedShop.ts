import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { quietContext } from '$lib/core/base/run';
import { readSampleShop } from '$lib/core/schema/sampleShop';
import type { NumberColumn, TextColumn } from '$lib/core/schema/staging/columns';
import { openFile } from '$lib/platform/node/files';
import type { ShopFacts } from '../../../scripts/sample-shop/facts';

export const shopFolder = fileURLToPath(new URL('../../../datasets/sample-shop/', import.meta.url));
export const facts: ShopFacts = JSON.parse(readFileSync(`${shopFolder}truth.json`, 'utf8'));

export const secondsPerDay = 86400;
/** Seconds since 1970 at a local time of the shop. */
export const localSeconds = (text: string) => Date.parse(`${text}+08:00`) / 1000;

/** The shipped file as plain columns, without the testers; events by customer and time. */
export async function readShippedShop() {
  const source = await readSampleShop(await openFile(`${shopFolder}shop.bin`), quietContext());
  const { events, users, items } = source;
  if (!events || !users || !items) throw new Error('the shop lacks a table');
  return { source, events, users, items };
}

export interface OrderOfShop {
  user: number;
  /** Seconds since 1970. */
  second: number;
  total: number;
  items: number[];
}

/** Orders of real customers, by customer and time. */
export function ordersOf({ events }: Awaited<ReturnType<typeof readShippedShop>>): OrderOfShop[] {
  const completed = events.event.pool.find('order_completed');
  const orders = new Map<number, OrderOfShop>();
  for (let row = 0; row < events.rows; row++) {
    if (events.event.codes[row] !== completed || isTester(events.user, row)) continue;
    const id = events.order!.codes[row];
    let order = orders.get(id);
    if (!order) orders.set(id, (order = { user: events.user.codes[row], second: events.ts.values[row] / 1e6, total: 0, items: [] }));
    order.total += events.value!.values[row] / 10_000;
    order.items.push(events.item!.codes[row]);
  }
  return [...orders.values()];
}

export function isTester(user: TextColumn, row: number): boolean {
  return user.pool.text(user.codes[row]).startsWith('tester-');
}

export function byUser<T extends { user: number }>(rows: readonly T[]): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const group = groups.get(row.user);
    if (group) group.push(row);
    else groups.set(row.user, [row]);
  }
  return groups;
}

export function textAt(column: TextColumn | undefined, row: number): string {
  return column && column.codes[row] >= 0 ? column.pool.text(column.codes[row]) : '';
}

export function sum(column: NumberColumn): number {
  return column.values.reduce((total, value) => total + (Number.isNaN(value) ? 0 : value), 0);
}
