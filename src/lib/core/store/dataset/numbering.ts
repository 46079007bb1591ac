import { Table } from 'apache-arrow';
import type { RunContext } from '../../base/run';
import { TextPool } from '../../schema/staging/textPool';
import { indexesOf } from '../columns';
import { identifier, join, sql, type Sql } from '../sql';
import { int32Column, textColumn, textColumnInSteps } from './arrowColumns';
import { addSums, emptySum, sumOfNumbered, type ContentSum } from './contentSum';
import { shortHash } from './names';
import type { TableMaker } from './tableMaker';
import type { IdSpace } from './version';

/** The kind of an id that is nothing else in particular. */
export const plainId = 'user';

/** Codes of a pool that stand for ids of one kind. */
export interface IdUse {
  kind: string;
  pool: TextPool;
  /** By code: 1 where it occurs. */
  used: Uint8Array;
}

export interface Numbers {
  space: IdSpace;
  /** By use: code → number, -1 where the code is not used. */
  ofUse: Map<TextPool, Int32Array>;
  /** The ids that were new. */
  fresh: { ids: TextPool; codes: Int32Array; numbers: Int32Array }[];
  /** Sum of the new ids with their numbers. */
  sum: ContentSum;
}

/**
 * Gives every id its number: the one that it has, or else the next, in byte order among those that are new. A number
 * is given once: it stays with its id when other data comes or goes.
 */
export async function numberIds(
  maker: TableMaker,
  name: 'user' | 'item',
  space: IdSpace,
  uses: readonly IdUse[],
  run: RunContext,
): Promise<Numbers> {
  const { tables, ...numbers } = await wouldNumber(maker, space, uses, run);
  const parts = [...space.parts];
  for (const [i, table] of tables.entries())
    parts.push(maker.putMeanwhile(`${name}_ids_${shortHash({ sum: numbers.sum, i })}`, () => table));
  return { ...numbers, space: { ...numbers.space, parts } };
}

/** The same without giving them: the tables of the new ids are not put into the store. */
export async function wouldNumber(
  maker: TableMaker,
  space: IdSpace,
  uses: readonly IdUse[],
  run: RunContext,
): Promise<Numbers & { tables: Table[] }> {
  const ofUse = new Map<TextPool, Int32Array>();
  const fresh: Numbers['fresh'] = [];
  let size = space.size;
  let sum = emptySum;
  const kinds = [...new Set(uses.map(({ kind }) => kind))].sort(
    (a, b) => Number(b === plainId) - Number(a === plainId) || (a < b ? -1 : 1),
  );
  const tables: Table[] = [];
  for (const kind of kinds) {
    const { pool, used, codeOf } = union(uses.filter((use) => use.kind === kind));
    const numberOf = space.size > 0 ? await knownNumbers(maker, space, kind, pool, used) : new Int32Array(pool.size).fill(-1);
    const sorted = await pool.sortedCodesInSteps(run);
    const codes = sorted.filter((code) => used[code] === 1 && numberOf[code] < 0);
    const numbers = new Int32Array(codes.length);
    codes.forEach((code, i) => (numbers[i] = numberOf[code] = size++));
    for (const [usePool, translation] of codeOf)
      ofUse.set(usePool, translation ? translation.map((code) => (code < 0 ? -1 : numberOf[code])) : numberOf);
    if (codes.length === 0) continue;
    fresh.push({ ids: pool, codes, numbers });
    sum = addSums(sum, sumOfNumbered(codes, pool, numbers, kind));
    const kindPool = new TextPool(1);
    kindPool.internText(kind);
    await run.breathe();
    const id = await textColumnInSteps(codes, pool, run);
    tables.push(new Table({ number: int32Column(numbers), id_kind: textColumn(new Int32Array(codes.length), kindPool), id }));
  }
  return { space: { size, parts: space.parts }, ofUse, fresh, sum, tables };
}

/** `number, id_kind, id` of everything that was ever numbered. */
export function allIds({ parts }: IdSpace): Sql {
  if (parts.length === 0) return sql`SELECT NULL::INTEGER AS number, NULL::VARCHAR AS id_kind, NULL::VARCHAR AS id WHERE FALSE`;
  return join(
    parts.map((part) => sql`SELECT number, id_kind, id FROM ${identifier(part)}`),
    ' UNION ALL ',
  );
}

/** All uses of a kind in one pool; a single one is taken as it is. */
function union(uses: readonly IdUse[]): { pool: TextPool; used: Uint8Array; codeOf: Map<TextPool, Int32Array | null> } {
  if (uses.length === 1) return { ...uses[0], codeOf: new Map([[uses[0].pool, null]]) };
  const all = new TextPool();
  const codeOf = new Map<TextPool, Int32Array>();
  for (const { pool, used } of uses) {
    const translation = new Int32Array(pool.size).fill(-1);
    for (let code = 0; code < pool.size; code++)
      if (used[code]) translation[code] = all.intern(pool.bytes, pool.offsets[code], pool.offsets[code + 1]);
    codeOf.set(pool, translation);
  }
  return { pool: all, used: new Uint8Array(all.size).fill(1), codeOf };
}

async function knownNumbers(maker: TableMaker, space: IdSpace, kind: string, pool: TextPool, used: Uint8Array): Promise<Int32Array> {
  const asked = Int32Array.from({ length: pool.size }, (_, code) => code).filter((code) => used[code] === 1);
  const table = await maker.temporary('asked', new Table({ code: int32Column(asked), id: textColumn(asked, pool) }));
  const rows = await maker.store.query(
    sql`SELECT code, number FROM ${identifier(table)} JOIN (${allIds(space)}) ids USING (id) WHERE id_kind = ${kind}`,
  );
  const numberOf = new Int32Array(pool.size).fill(-1);
  const codes = indexesOf(rows, 'code');
  indexesOf(rows, 'number').forEach((number, row) => (numberOf[codes[row]] = number));
  return numberOf;
}
