import type { SegmentScope } from '../../src/lib/core/segments/evaluate';
import { idText } from '../../src/lib/core/segments/idList';
import { identifier, join, sql } from '../../src/lib/core/store/sql';
import type { TableStore } from '../../src/lib/core/store/tableStore';
import type { NaiveShop } from './naiveSegments';
import { openTinyShop } from './tinyShop';

/** A hand-made shop with its segments, and its scores as models leave them in the store. */
export async function openScoredShop(store: TableStore, shop: NaiveShop, asOf: string): Promise<SegmentScope & { ids: string[] }> {
  const scope = await openTinyShop(store, shop, asOf);
  const scores: [string, SegmentScope['scores'] extends ReadonlyMap<string, infer Column> ? Column : never][] = [];
  for (const [model, values] of Object.entries(shop.scores ?? {})) {
    const table = identifier(`scores ${model}`);
    await store.execute(sql`CREATE OR REPLACE TABLE ${table} (user_index INTEGER, score DOUBLE)`);
    const rows = scope.ids.flatMap((id, number) => (values[id] === undefined ? [] : [sql`(${number}, ${values[id]})`]));
    if (rows.length > 0) await store.execute(sql`INSERT INTO ${table} VALUES ${join(rows)}`);
    scores.push([`score:${model}`, { table: `scores ${model}`, column: 'score', version: '1', kind: 'score' }]);
  }
  const segments = Object.entries(shop.segments ?? {}).map(([id, rule]) => ({ id, rule }));
  const idLists = Object.entries(shop.idLists ?? {}).map(([id, ids]) => ({ id, ids: idText(ids) }));
  return { ...scope, segments, idLists, scores: new Map(scores) };
}
