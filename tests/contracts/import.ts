import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '../../src/lib/core/base/run';
import type { FileSource } from '../../src/lib/core/schema/files';
import { inspectSource } from '../../src/lib/core/schema/inspect/inspectSource';
import { importSource, mergePeopleBy, removeSource, type DatasetVersion } from '../../src/lib/core/store/dataset';
import { identifier, sql } from '../../src/lib/core/store/sql';
import type { TableStore } from '../../src/lib/core/store/tableStore';

/** The same file is the same data on every engine, down to the hash that is written here. */
export function importContract(name: string, open: () => Promise<TableStore>): void {
  describe(`import into ${name}`, () => {
    let store: TableStore;
    beforeAll(async () => void (store = await open()));
    afterAll(() => store.close());

    it('gives the same facts, also after adding and replacing', async () => {
      const rows = Array.from({ length: 3000 }, (_, i) =>
        [
          `客户-${(i * 7919) % 211}`,
          `sku${i % 37}`,
          ['pv', 'cart', 'buy'][i % 3],
          1767225600 + i * 613,
          i % 3 === 2 ? `${(i % 90) + 0.1}` : '',
          i % 9 === 2 ? 'b1' : '',
        ].join(','),
      );
      let version: DatasetVersion | null = null;
      const load = async (content: string, sourceId: string, mode: 'add' | 'replace') => {
        const file = fileOf(content);
        const { mapping } = await inspectSource(file);
        const request = { file, sourceId, mapping, mode, timeZone: 'Europe/Berlin', currency: 'EUR', run: quietContext() };
        version = (await importSource(store, version, request)).version;
        return version;
      };
      await load(`user_id,item_id,event,timestamp,price,device\n${rows.join('\n')}\n`, 'log', 'replace');
      const { facts } = await load('item_id,title,category\nsku1,"Tea, green",Drinks\nsku99,杯子,\n', 'items', 'add');
      expect(facts).toMatchObject({ users: 211, items: 38, events: 3000, orders: 1000 });
      expect(facts.dataHash).toMatchInlineSnapshot(`"704fbef56c65d93accac9114b9514661b79054be3be2d03abf4b003ded5991e4"`);
    });

    it('makes the same versions of months that are added, people that are merged and sources that go', async () => {
      const options = { timeZone: 'Asia/Shanghai', currency: 'CNY', run: quietContext() };
      const add = async (current: DatasetVersion | null, content: string, sourceId: string, declaredIds = {}) => {
        const file = fileOf(content);
        const { mapping } = await inspectSource(file);
        return (await importSource(store, current, { file, sourceId, mapping, mode: 'add', declaredIds, ...options })).version;
      };
      const month = (day: string, people: string[]) =>
        `user_id,item_id,event,timestamp,price\n${people.map((id, i) => `${id},sku${i},buy,${day} 10:0${i},${i + 1}.5\n`).join('')}`;
      const first = await add(null, month('2026-01-05', ['mo', 'bo']), 'january');
      const second = await add(first, month('2026-02-05', ['al', 'mo', 'cy']), 'february');
      const merged = await add(second, 'user_id,email\nmo,x@x.org\ncy,x@x.org\n', 'crm', { email: 'email' });
      const apart = await mergePeopleBy(store, merged, [], options);
      const without = await removeSource(store, merged, 'january', options);
      const none = await removeSource(store, first, 'january', options);
      const people = async ({ tables }: DatasetVersion) => {
        const found = await store.query(sql`SELECT user_id, user_index FROM ${identifier(tables.users)} ORDER BY user_index`);
        return found.toArray().map(({ user_id, user_index }) => `${user_id} ${user_index}`);
      };
      expect(await people(second)).toEqual(['bo 0', 'mo 1', 'al 2', 'cy 3']);
      // Whoever has several ids goes by the first of them, whichever came first.
      expect(await people(merged)).toEqual(['bo 0', 'cy 1', 'al 2']);
      expect(await people(apart)).toEqual(await people(second));
      expect(await people(without)).toEqual(['cy 1', 'al 2']);
      expect([none.facts.events, await people(none)]).toEqual([0, []]);
      expect([first, second, merged, apart, without].map(({ facts }) => facts.orders)).toEqual([2, 5, 4, 5, 2]);
      // The keys name content and numbering, so that they are equal says that all of it is.
      expect([first, second, merged, apart, without, none].map(({ key }) => key)).toMatchInlineSnapshot(`
        [
          "673267bfde387902",
          "93cf5e7d9c496759",
          "fd5d3a0ba4c81408",
          "a0a4fa314194775c",
          "7ab3f61b42194132",
          "6d24ab22dd8c20b3",
        ]
      `);
    });
  });
}

function fileOf(content: string): FileSource {
  const bytes = new TextEncoder().encode(content);
  return {
    name: 'shop.csv',
    size: bytes.length,
    async *stream(start = 0, end = bytes.length) {
      for (let at = start; at < end; at += 1000) yield bytes.slice(at, Math.min(end, at + 1000));
    },
  };
}
