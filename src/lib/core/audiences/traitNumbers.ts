import type { RunContext } from '../base/run';
import { requireColumn, traitColumns, traitSource, type ProfileScope } from '../profiles/profileRelation';
import { indexesOf, numbersOf } from '../store/columns';
import { identifier, sql } from '../store/sql';

/** A numeric trait by person number, NaN where somebody has no value. @throws UserError `column_unknown` */
export async function traitNumbers(scope: ProfileScope, trait: string, { signal }: RunContext): Promise<Float64Array> {
  const { id } = requireColumn(await traitColumns(scope), trait);
  const column = identifier(id);
  const table = await scope.store.query(
    sql`SELECT user_index, ${column}::DOUBLE AS value FROM ${traitSource(scope, id)} WHERE ${column} IS NOT NULL`,
    signal,
  );
  const numbers = new Float64Array(scope.users).fill(NaN);
  const values = numbersOf(table, 'value');
  indexesOf(table, 'user_index').forEach((user, row) => (numbers[user] = values[row]));
  return numbers;
}
