import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { inspectSource } from '$lib/core/schema/inspect/inspectSource';
import { erasedId } from '$lib/core/schema/privacy/erasedIds';
import type { Mapping } from '$lib/core/schema/roles';
import { erasePerson, findPerson, importSource, type DatasetVersion } from '$lib/core/store/dataset';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { fileOf } from '../import/support';

let store: TableStore;
beforeAll(async () => {
  store = await openNativeStore();
});
afterAll(() => store.close());

const options = { timeZone: 'Asia/Shanghai', currency: 'CNY', rates: { USD: 7 }, run: quietContext() };
async function into(version: DatasetVersion | null, text: string, sourceId: string, change: Partial<Mapping>, erased?: string[]) {
  const file = fileOf(text, `${sourceId}.csv`);
  const { mapping } = await inspectSource(file);
  const merged = { ...mapping, ...change, roles: { ...mapping.roles, ...change.roles } };
  return (await importSource(store, version, { file, sourceId, mapping: merged, mode: 'add', erased, ...options })).version;
}

const person = fc.integer({ min: 0, max: 6 });
/** Lines of a till with a kept column, amounts in two currencies and facts that ride along; and what a list says of the same people, by date. */
const shop = fc.record({
  events: fc.array(
    fc.record({
      who: person,
      day: fc.integer({ min: 1, max: 28 }),
      price: fc.integer({ min: 1, max: 5000 }),
      coupon: fc.constantFrom('', 'A1', '7', '8.50'),
      currency: fc.constantFrom('CNY', 'USD', 'EUR'),
      country: fc.constantFrom('', 'CN', 'DE'),
    }),
    { minLength: 3, maxLength: 30 },
  ),
  people: fc.array(
    fc.record({
      who: person,
      city: fc.constantFrom('', 'Suzhou', 'Köln'),
      day: fc.integer({ min: 1, max: 28 }),
      yes: fc.constantFrom('yes', 'no', ''),
    }),
    {
      minLength: 2,
      maxLength: 12,
    },
  ),
  gone: person,
});
const id = (who: number) => `person-${who}`;
const day = (n: number) => `2026-01-${String(n).padStart(2, '0')}`;
const texts = ({ events, people }: Pick<typeof shop extends fc.Arbitrary<infer T> ? T : never, 'events' | 'people'>) => ({
  till:
    [
      'user_id,item_id,event,timestamp,price,quantity,order_id,coupon,currency,country',
      ...events.map(
        (e, i) =>
          `${id(e.who)},tea-1,order_completed,${day(e.day)} 10:00:00,${e.price / 100},1,o${i}-${e.day},${e.coupon},${e.currency},${e.country}`,
      ),
    ].join('\n') + '\n',
  list:
    [
      'user_id,email,city,accepts_marketing,updated',
      ...people.map((p) => `${id(p.who)},${p.who}@x.org,${p.city},${p.yes},${day(p.day)}`),
    ].join('\n') + '\n',
});
const keep = { till: { keep: ['coupon'] }, list: { keep: ['city'], roles: { updatedAt: 'updated' } as Mapping['roles'] } };

describe('whoever is erased', () => {
  it('leaves the data of the same files without their lines, and the same when the files come after the erasure', async () => {
    await fc.assert(
      fc.asyncProperty(shop, async ({ events, people, gone }) => {
        const others = { events: events.filter(({ who }) => who !== gone), people: people.filter(({ who }) => who !== gone) };
        fc.pre(
          others.events.length > 0 &&
            others.people.length > 0 &&
            others.events.length + others.people.length < events.length + people.length,
        );
        const all = texts({ events, people });
        // Order ids are numbered by line: those of the others must stay the same.
        const rest = {
          till: all.till
            .split('\n')
            .filter((line) => !line.startsWith(`${id(gone)},`))
            .join('\n'),
          list: all.list
            .split('\n')
            .filter((line) => !line.startsWith(`${id(gone)},`))
            .join('\n'),
        };
        const whole = await into(await into(null, all.till, 'till', keep.till), all.list, 'list', keep.list);
        const known = await findPerson(store, [whole], id(gone));
        const { version } = await erasePerson(store, whole, known!, options);
        const never = await into(await into(null, rest.till, 'till', keep.till), rest.list, 'list', keep.list);
        expect(version!.facts.dataHash).toBe(never.facts.dataHash);
        const told = ({ sources }: DatasetVersion) =>
          sources.map(({ hash, rows, firstEvent, lastEvent, eventCounts }) => ({ hash, rows, firstEvent, lastEvent, eventCounts }));
        expect(told(version!)).toEqual(told(never));
        expect(version!.facts).toMatchObject({ orders: never.facts.orders, users: never.facts.users, currencies: never.facts.currencies });

        const erased = [erasedId('0123456789abcdef', 'user', id(gone))];
        const later = await into(await into(null, all.till, 'till', keep.till, erased), all.list, 'list', keep.list, erased);
        expect(later.facts).toEqual(never.facts);
      }),
      { seed: 6, numRuns: 8, endOnFailure: true },
    );
  }, 120_000);
});
