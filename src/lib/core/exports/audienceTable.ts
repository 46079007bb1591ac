import type { Bitset } from '../base/bitset';
import type { RunContext } from '../base/run';
import { profileRelation, requireColumn, traitColumns, type ProfileScope } from '../profiles/profileRelation';
import type { ProfileColumn } from '../profiles/profileColumns';
import type { TraitKind } from '../profiles/traits';
import { identifier, join, sql, type Sql } from '../store/sql';
import type { ExportBlock, ExportCell, ExportColumn, ExportColumnType, ExportTable } from './table';

/** Customers whose rows are asked of the store at once. */
const usersPerQuery = 100_000;

/**
 * The file of an audience: one row a member in the order of user ids, `user` first, then the chosen traits.
 * @throws UserError `column_unknown`
 */
export async function audienceTable(
  scope: ProfileScope,
  members: Bitset,
  traits: readonly string[],
  run: RunContext,
): Promise<ExportTable> {
  const known = await traitColumns(scope);
  const chosen = [...new Set(traits)].map((id) => requireColumn(known, id));
  const columns: ExportColumn[] = [
    { name: 'user', type: 'text', required: true },
    ...chosen.map(({ id, kind }) => ({ name: id, type: columnTypes[kind] })),
  ];
  return { columns, blocks: () => readBlocks(scope, members, chosen, run) };
}

const columnTypes: Record<TraitKind, ExportColumnType> = {
  number: 'number',
  money: 'decimal',
  days: 'integer',
  count: 'integer',
  share: 'number',
  text: 'text',
  date: 'time',
  boolean: 'boolean',
  score: 'number',
};

async function* readBlocks(
  scope: ProfileScope,
  members: Bitset,
  traits: readonly ProfileColumn[],
  run: RunContext,
): AsyncGenerator<ExportBlock> {
  const relation = profileRelation(scope);
  const indexes = members.toIndexes();
  const selected = join([sql`user_index`, sql`user_id`, ...traits.map(exported)]);
  for (let start = 0; start < indexes.length;) {
    const first = indexes[start];
    let end = start;
    while (end < indexes.length && indexes[end] < first + usersPerQuery) end++;
    const table = await scope.store.query(
      sql`SELECT ${selected} FROM ${relation} WHERE user_index BETWEEN ${first} AND ${indexes[end - 1]} ORDER BY user_index`,
      run.signal,
    );
    const userIndexes = table.getChildAt(0)!;
    const vectors = table.schema.fields.slice(1).map((_, c) => table.getChildAt(c + 1)!);
    const kinds: (TraitKind | 'id')[] = ['id', ...traits.map(({ kind }) => kind)];
    const cells: ExportCell[][] = kinds.map(() => []);
    for (let row = 0; row < table.numRows; row++) {
      if (!members.has(userIndexes.get(row) as number)) continue;
      for (let c = 0; c < vectors.length; c++) cells[c].push(cellOf(vectors[c].get(row), kinds[c]));
      if ((row & 1023) === 0) await run.breathe();
    }
    yield { rows: end - start, cells };
    start = end;
  }
}

/** Numbers as doubles, so that both engines hand out the same; instants as milliseconds. */
function exported({ id, kind }: ProfileColumn): Sql {
  const column = identifier(id);
  if (kind === 'text' || kind === 'boolean') return column;
  return kind === 'date' ? sql`epoch_ms(${column}::TIMESTAMP)::DOUBLE` : sql`${column}::DOUBLE`;
}

function cellOf(value: unknown, kind: TraitKind | 'id'): ExportCell {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'number') return value as ExportCell;
  if (!Number.isFinite(value)) return null;
  if (kind === 'money') return Math.round(value * 10_000) / 10_000;
  return kind === 'score' ? roundedScore(value) : value;
}

/** Six significant digits: models of both engines agree on them, and more would only be noise. */
export function roundedScore(score: number): number | null {
  return Number.isFinite(score) ? Number(score.toPrecision(6)) : null;
}
