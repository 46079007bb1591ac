import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '../../src/lib/core/base/run';
import type { FileSource } from '../../src/lib/core/schema/files';
import { inspectSource } from '../../src/lib/core/schema/inspect/inspectSource';
import { importSource, type DatasetVersion } from '../../src/lib/core/store/dataset';
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
