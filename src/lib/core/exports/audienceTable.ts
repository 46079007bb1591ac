import type { RunContext } from '../base/run';
import { profileRelation, requireColumn, traitColumns, type ProfileScope } from '../profiles/profileRelation';
import type { ProfileColumn } from '../profiles/profileColumns';
import type { TraitKind } from '../profiles/traits';
import { identifier, join, sql, type Sql } from '../store/sql';
import type { ExportBlock, ExportCell, ExportColumn, ExportColumnType, ExportTable } from './table';

/** Customers whose rows are asked of the store at once. */
const usersPerQuery = 100_000;

/**
 * The table of an audience: one row a customer in the given order, `user` first, then the chosen traits. Files and
 * the preview are made from it, so that the preview is the beginning of the file.
 * @param order customers' numbers
 * @throws UserError `column_unknown`
 */
export async function audienceTable(
  scope: ProfileScope,
  order: Int32Array,
  traits: readonly string[],
  run: RunContext,
): Promise<ExportTable> {
  const known = await traitColumns(scope);
  const chosen = [...new Set(traits)].map((id) => requireColumn(known, id));
  const columns: ExportColumn[] = [
    { name: 'user', type: 'text', required: true },
    ...chosen.map(({ id, kind }) => ({ name: id, type: columnTypes[kind] })),
  ];
  return { columns, blocks: () => readBlocks(scope, order, chosen, run) };
}

/** The first rows of a table, for a preview. */
export async function firstRows(table: ExportTable, limit: number): Promise<ExportCell[][]> {
  const rows: ExportCell[][] = [];
  for await (const block of table.blocks()) {
    for (let row = 0; row < block.rows && rows.length < limit; row++) rows.push(block.cells.map((cells) => cells[row]));
    if (rows.length >= limit) break;
  }
  return rows;
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
  order: Int32Array,
  traits: readonly ProfileColumn[],
  run: RunContext,
): AsyncGenerator<ExportBlock> {
  const { makeTable } = await import('apache-arrow');
  const kinds: (TraitKind | 'id')[] = ['id', ...traits.map(({ kind }) => kind)];
  const selected = join([sql`user_id`, ...traits.map(exported)]);
  for (let start = 0; start < order.length; start += usersPerQuery) {
    // A copy each: the store may take its memory over.
    const users = order.slice(start, start + usersPerQuery);
    const asked = `asked_users_${nextTable++}`;
    await scope.store.putTable(asked, makeTable({ user_index: users, place: Int32Array.from(users.keys()) }));
    try {
      const table = await scope.store.query(
        sql`SELECT ${selected} FROM ${profileRelation(scope)} JOIN ${identifier(asked)} asked USING (user_index) ORDER BY asked.place`,
        run.signal,
      );
      if (table.numRows !== users.length) throw new Error(`${users.length} customers were asked for, ${table.numRows} were found`);
      const vectors = table.schema.fields.map((_, c) => table.getChildAt(c)!);
      const cells: ExportCell[][] = kinds.map(() => []);
      for (let row = 0; row < table.numRows; row++) {
        for (let c = 0; c < vectors.length; c++) cells[c].push(cellOf(vectors[c].get(row), kinds[c]));
        if ((row & 1023) === 0) await run.breathe();
      }
      yield { rows: users.length, cells };
    } finally {
      await scope.store.execute(sql`DROP TABLE IF EXISTS ${identifier(asked)}`);
    }
  }
}

/** Two readers at once must not share a table. */
let nextTable = 1;

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
