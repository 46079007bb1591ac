import type { FileTable } from '../../src/lib/core/schema/columnFile';
import { startSeconds } from './calendar';
import { channels, devices } from './customers';
import type { Shop } from './generate';

const lists = ['event', 'channel', 'device', 'campaign'] as const;

/** The shop as the tables of its file; see `core/schema/sampleShop.ts`, which reads them. */
export function shopTables(shop: Shop): FileTable[] {
  const { products } = shop.catalogue;
  const events = shop.events.flat();
  const rows = events.length;
  const words = {
    event: wordsOf(events.map((event) => event.event)),
    channel: [...channels],
    device: [...devices],
    campaign: wordsOf(events.map((event) => event.campaign ?? '')),
  };
  const codes = (list: (typeof lists)[number]) => {
    const codeOf = new Map<string, number>(words[list].map((word, i) => [word, i + 1]));
    return Int32Array.from(events, (event) => codeOf.get(event[list] ?? '') ?? 0);
  };
  const users = shop.customers.length;
  const numbers = (pick: (event: (typeof events)[number]) => number) => Int32Array.from(events, pick);
  return [
    {
      name: 'events',
      rows,
      columns: [
        { name: 'second', encoding: 'delta', cells: numbers((event) => event.second) },
        { name: 'item', encoding: 'planes', cells: numbers((event) => event.product + 1) },
        { name: 'quantity', encoding: 'varint', cells: numbers((event) => event.quantity) },
        { name: 'unitCents', encoding: 'varint', cells: numbers((event) => event.unitCents) },
        { name: 'order', encoding: 'varint', cells: numbers((event) => event.order) },
        { name: 'session', encoding: 'delta', cells: sessionsByTime(shop) },
        ...lists.map((name) => ({ name, encoding: 'varint' as const, cells: codes(name) })),
      ],
    },
    ...lists.map((name) => ({
      name,
      rows: words[name].length,
      columns: [{ name: 'word', encoding: 'text' as const, cells: words[name] }],
    })),
    { name: 'clock', rows: 1, columns: [{ name: 'startSeconds', encoding: 'delta', cells: [startSeconds] }] },
    {
      name: 'users',
      rows: users,
      columns: [
        { name: 'events', encoding: 'varint', cells: shop.events.map((list) => list.length) },
        { name: 'user_id', encoding: 'text', cells: shop.customers.map((customer) => customer.id) },
        { name: 'email', encoding: 'text', cells: shop.customers.map((customer) => customer.email) },
        { name: 'phone', encoding: 'text', cells: shop.customers.map((customer) => customer.phone) },
        { name: 'country', encoding: 'text', cells: shop.customers.map((customer) => customer.country) },
        { name: 'city', encoding: 'text', cells: shop.customers.map((customer) => customer.city) },
        ...(['email', 'sms', 'push'] as const).map((channel) => ({
          name: `consent_${channel}`,
          encoding: 'varint' as const,
          cells: shop.customers.map(({ consent }) => (consent[channel] === null ? 0 : consent[channel] ? 2 : 1)),
        })),
        { name: 'createdSecond', encoding: 'varint', cells: shop.events.map((list) => Math.max(0, list[0].second - 40)) },
      ],
    },
    {
      name: 'items',
      rows: products.length,
      columns: [
        { name: 'item_id', encoding: 'text', cells: products.map((product) => product.id) },
        { name: 'title_zh', encoding: 'text', cells: products.map((product) => product.titleZh) },
        { name: 'title_en', encoding: 'text', cells: products.map((product) => product.titleEn) },
        { name: 'category', encoding: 'text', cells: products.map((product) => product.category) },
        { name: 'brand', encoding: 'text', cells: products.map((product) => product.brand) },
        { name: 'listCents', encoding: 'varint', cells: products.map((product) => product.listCents) },
        { name: 'costCents', encoding: 'varint', cells: shop.supply.map(({ costCents }) => costCents) },
        // One more than there are; 0 is not known.
        { name: 'stock', encoding: 'varint', cells: shop.supply.map(({ stock }) => (stock === null ? 0 : stock + 1)) },
      ],
    },
  ];
}

function wordsOf(words: readonly string[]): string[] {
  return [...new Set(words)].filter((word) => word !== '').sort();
}

/** Per event its customer's how-manieth session it is in, in order of time; 0 is none. */
function sessionsByTime(shop: Shop): number[] {
  return shop.events.flatMap((list) => {
    const ordinals = new Map<number, number>([[0, 0]]);
    return list.map(({ session }) => {
      if (!ordinals.has(session)) ordinals.set(session, ordinals.size);
      return ordinals.get(session)!;
    });
  });
}
