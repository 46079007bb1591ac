import { expect, it, describe, beforeAll, afterAll } from 'vitest';
import { sql } from '../../src/lib/core/store/sql';
import type { TableStore } from '../../src/lib/core/store/tableStore';

/** What every table store must do, engine by engine with the same answers. */
export function tableStoreContract(name: string, open: () => Promise<TableStore>): void {
  describe(name, () => {
    let store: TableStore;
    beforeAll(async () => void (store = await open()));
    afterAll(() => store.close());

    it('answers a question about a shop', async () => {
      await store.execute(
        sql`CREATE TABLE orders AS SELECT * FROM (VALUES ('客户-01', 12.50), ('客户-01', 7.50), ('O''Brien', 5.00)) AS t(user_id, total)`,
      );
      const best = await store.query(
        sql`SELECT user_id, sum(total)::DOUBLE AS spent FROM orders GROUP BY user_id ORDER BY spent DESC LIMIT 1`,
      );
      expect([best.getChild('user_id')!.get(0), best.getChild('spent')!.get(0)]).toEqual(['客户-01', 20]);
    });
  });
}
