import { quietContext } from '../../src/lib/core/base/run';
import type { DatasetVersion } from '../../src/lib/core/store/dataset';
import { checks } from '../../src/lib/core/store/quality/catalogue';
import type { ColumnFacts, TableName } from '../../src/lib/core/store/quality/check';
import { columnFacts } from '../../src/lib/core/store/quality/columnFacts';
import type { TableStore } from '../../src/lib/core/store/tableStore';

/** Seconds of each check of the quality report, as it runs them; facts of columns are asked for once, by whoever needs them first. */
export async function measureChecks(store: TableStore, version: DatasetVersion): Promise<{ id: string; seconds: number }[]> {
  const given = { store, version, today: '2026-11-01', run: quietContext() };
  const known = new Map<TableName, Promise<ColumnFacts[]>>();
  const columns = (table: TableName) => {
    if (!known.has(table)) known.set(table, columnFacts(given, table));
    return known.get(table)!;
  };
  const times: { id: string; seconds: number }[] = [];
  for (const { id, look } of checks) {
    const started = performance.now();
    await look({ ...given, columns });
    times.push({ id, seconds: (performance.now() - started) / 1000 });
  }
  return times;
}
