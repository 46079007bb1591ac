import { describe, expect, it } from 'vitest';
import { sql } from '../../src/lib/core/store/sql';
import { openWasmStore } from '../../src/lib/platform/browser/wasmStore';
import { tableStoreContract } from './tableStore';

tableStoreContract('DuckDB-WASM', openWasmStore);

describe('DuckDB-WASM and the network', () => {
  it('refuses what it would have to fetch, at once and in words', async () => {
    const store = await openWasmStore();
    try {
      await expect(store.query(sql`SELECT * FROM read_parquet('x.parquet')`)).rejects.toThrow(/parquet extension/);
      await expect(store.query(sql`SELECT * FROM read_json('x.json')`)).rejects.toThrow(/json extension/);
      await expect(store.query(sql`SELECT TIMESTAMP '2024-01-01' AT TIME ZONE 'Asia/Shanghai'`)).rejects.toThrow();
    } finally {
      await store.close();
    }
  });
});
