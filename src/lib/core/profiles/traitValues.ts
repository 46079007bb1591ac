import type { RunContext } from '../base/run';
import { indexesOf, numbersOf, textsOf } from '../store/columns';
import { remember } from '../store/remember';
import { identifier, sql } from '../store/sql';
import { traitSource, traitVersion, type ProfileScope } from './profileRelation';

/** A trait of those who have a value, by ascending person number. */
export interface TraitValues {
  users: Int32Array;
  values: Float64Array;
}

/** A trait with texts, as the place of each person's text in `labels`, which are in byte order. */
export interface TraitLabels {
  users: Int32Array;
  codes: Int32Array;
  labels: string[];
}

/** A number, a yes/no as 1 and 0, or a date as milliseconds since 1970 of its local time; remembered. */
export function readTraitValues(scope: ProfileScope, { id, kind }: { id: string; kind: string }, run?: RunContext): Promise<TraitValues> {
  const column = identifier(id);
  const value = kind === 'date' ? sql`epoch_ms(${column}::TIMESTAMP)` : kind === 'boolean' ? sql`${column}::INTEGER` : column;
  return remember(
    scope,
    `values ${id} ${traitVersion(scope, id)}`,
    async ({ signal }) => {
      const table = await scope.store.query(
        sql`SELECT user_index, (${value})::DOUBLE AS v FROM ${traitSource(scope, id)} WHERE ${column} IS NOT NULL ORDER BY user_index`,
        signal,
      );
      return { users: indexesOf(table, 'user_index'), values: numbersOf(table, 'v') };
    },
    run,
  );
}

/** Texts by their place; remembered. */
export function readTraitLabels(scope: ProfileScope, id: string, run?: RunContext): Promise<TraitLabels> {
  const column = identifier(id);
  return remember(
    scope,
    `labels ${id} ${traitVersion(scope, id)}`,
    async ({ signal }) => {
      const source = traitSource(scope, id);
      const known = sql`SELECT ${column}::VARCHAR AS label FROM ${source} WHERE ${column} IS NOT NULL GROUP BY label`;
      const labels = textsOf(await scope.store.query(sql`${known} ORDER BY label`, signal), 'label') as string[];
      const table = await scope.store.query(
        sql`SELECT p.user_index, k.code FROM ${source} p
          JOIN (SELECT label, (row_number() OVER (ORDER BY label) - 1)::INTEGER AS code FROM (${known})) k ON k.label = p.${column}::VARCHAR
          ORDER BY p.user_index`,
        signal,
      );
      return { users: indexesOf(table, 'user_index'), codes: indexesOf(table, 'code'), labels };
    },
    run,
  );
}
