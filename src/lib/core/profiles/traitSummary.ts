import { identifier, join, sql, type Sql } from '../store/sql';
import { remember } from '../store/remember';
import { cellsOf } from './page';
import { isNumeric, type ProfileColumn } from './profileColumns';
import { populationOf } from './population';
import { profileRelation, scoresVersion, traitColumns, type ProfileScope } from './profileRelation';
import type { TraitInfo } from './traits';

/** A text trait with more different values than this is searched, not chosen from a list. */
const mostValues = 200;

/** Every trait with its range or values; traits that no customer has a value of (no users file, say) are left out. */
export async function readTraits(scope: ProfileScope, signal?: AbortSignal): Promise<TraitInfo[]> {
  const columns = await traitColumns(scope);
  const key = `traits ${scoresVersion(scope)}`;
  return remember(scope, key, async () => {
    const relation = profileRelation(scope);
    const figures = columns.flatMap((column) => figuresOf(column));
    const [row] = cellsOf(await scope.store.query(sql`SELECT ${join(figures)} FROM ${relation}`, signal)) as number[][];
    const { count } = await populationOf(scope);
    const traits: TraitInfo[] = [];
    for (const [i, column] of columns.entries()) {
      const [present, low, high] = row.slice(i * 3, i * 3 + 3);
      if (present === 0) continue;
      const trait: TraitInfo = { ...column, missing: count - present };
      if (isNumeric(column.kind)) Object.assign(trait, { min: low, max: high });
      else if (column.kind !== 'date' && low <= mostValues) trait.values = await valuesOf(scope, relation, column, signal);
      traits.push(trait);
    }
    return traits;
  });
}

/** Always three: customers with a value, then the range of numbers, or the number of different values. */
function figuresOf({ id, kind }: ProfileColumn): Sql[] {
  const column = identifier(id);
  if (isNumeric(kind)) return [sql`count(${column})`, sql`min(${column})::DOUBLE`, sql`max(${column})::DOUBLE`];
  return [sql`count(${column})`, sql`count(DISTINCT ${column})`, sql`0`];
}

async function valuesOf(scope: ProfileScope, relation: Sql, { id }: ProfileColumn, signal?: AbortSignal) {
  const column = identifier(id);
  const table = await scope.store.query(
    sql`SELECT ${column}::VARCHAR AS v, count(*) AS n FROM ${relation} WHERE ${column} IS NOT NULL GROUP BY v ORDER BY n DESC, v`,
    signal,
  );
  return cellsOf(table).map(([value, count]) => ({ value: String(value), count: Number(count) }));
}
