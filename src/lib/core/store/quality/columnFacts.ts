import { numbersOf } from '../columns';
import { identifier, join, sql } from '../sql';
import type { CheckScope, ColumnFacts, TableName } from './check';

/** Numbers of ours that mean nothing to a person. */
const technical = ['user_index', 'item_index', 'source_index', 'local_ts'];
// Arrow's own tests of types would load the package.
const kinds: Record<number, ColumnFacts['kind']> = { 5: 'text', 6: 'boolean', 8: 'time', 10: 'time' };

/** The columns of a table and how full they are, in one scan. */
export async function columnFacts({ store, version, run }: Omit<CheckScope, 'columns'>, table: TableName): Promise<ColumnFacts[]> {
  const name = identifier(version.tables[table]);
  const { schema } = await store.query(sql`SELECT * FROM ${name} LIMIT 0`, run.signal);
  const fields = schema.fields.filter((field) => !technical.includes(field.name));
  const asked = fields.flatMap((field, c) => {
    const column = identifier(field.name);
    return [
      sql`count(${column})::DOUBLE AS ${identifier(`f${c}`)}`,
      sql`approx_count_distinct(${column})::DOUBLE AS ${identifier(`d${c}`)}`,
    ];
  });
  const counted = await store.query(sql`SELECT count(*)::DOUBLE AS n, ${join(asked)} FROM ${name}`, run.signal);
  const number = (column: string) => numbersOf(counted, column)[0];
  return fields.map((field, c) => {
    // A dictionary of texts is text.
    const type = Number(field.type.typeId) === -1 ? 5 : Number(field.type.typeId);
    const [filled, distinct] = [number(`f${c}`), number(`d${c}`)];
    return { name: field.name, kind: kinds[type] ?? 'number', rows: number('n'), filled, distinct: Math.min(filled, distinct) };
  });
}
