import { Table } from 'apache-arrow';
import { canonicalTables } from '../../schema/canonical';
import { parseNumber, parseTenThousandths } from '../../schema/parse/numbers';
import type { TextColumn } from '../../schema/staging/columns';
import type { StagedEntities } from '../../schema/staging/staged';
import { TextPool } from '../../schema/staging/textPool';
import { readBoolean } from '../../schema/parse/booleans';
import { guessTime } from '../../schema/parse/guessTime';
import { TimeZone } from '../../schema/parse/timeZone';
import { timeParser } from '../../schema/parse/times';
import { booleanColumn, float64Column, int32Column, moneyColumn, textColumn, timestampColumn, type Columns } from './arrowColumns';
import { ColumnHash, textHashes } from './columnHash';
import type { MergedEntities } from './mergeStaged';

/** The `users` or `items` table and the hash of its contents. */
export interface EntityTable {
  table: Table;
  hashes: Record<string, string>;
}

/** One row per id in index order; attributes that several sources state come from the last one that is not empty. */
export function entityTable(
  kind: 'users' | 'items',
  entities: MergedEntities,
  stated: readonly (StagedEntities | undefined)[],
): EntityTable {
  const rows = entities.codeOfIndex.length;
  const merged = mergeAttributes(entities, stated);
  const canonical = canonicalTables[kind] as Record<string, string>;
  const columns: Columns = {
    [kind === 'users' ? 'user_index' : 'item_index']: int32Column(Int32Array.from({ length: rows }, (_, index) => index)),
    [kind === 'users' ? 'user_id' : 'item_id']: textColumn(entities.codeOfIndex, entities.pool),
  };
  const hashes: Record<string, string> = { id: hashTexts(entities.codeOfIndex, entities.pool) };
  for (const [name, type] of Object.entries(canonical)) {
    if (name in columns) continue;
    columns[name] = typedColumn(merged.get(name) ?? { kind: 'text', codes: new Int32Array(rows).fill(-1), pool: new TextPool() }, type);
  }
  for (const [name, column] of merged) {
    hashes[name] = hashTexts(column.codes, column.pool);
    if (name in canonical) continue;
    columns[freeName(name, columns)] = typedColumn(column, isNumeric(column) ? 'DOUBLE' : 'VARCHAR');
  }
  return { table: new Table(columns), hashes };
}

function mergeAttributes(entities: MergedEntities, stated: readonly (StagedEntities | undefined)[]): Map<string, TextColumn> {
  const indexOfId = new Int32Array(entities.pool.size);
  entities.codeOfIndex.forEach((code, index) => (indexOfId[code] = index));
  const merged = new Map<string, TextColumn>();
  for (const source of stated) {
    if (!source) continue;
    const { codes, pool } = source.id;
    const indexOfRow = codes.map((code) => indexOfId[entities.pool.intern(pool.bytes, pool.offsets[code], pool.offsets[code + 1])]);
    for (const [name, column] of source.attributes) {
      let target = merged.get(name);
      if (!target)
        merged.set(name, (target = { kind: 'text', codes: new Int32Array(entities.codeOfIndex.length).fill(-1), pool: new TextPool() }));
      const translation = new Int32Array(column.pool.size).fill(-1);
      column.codes.forEach((code, row) => {
        if (code < 0) return;
        if (translation[code] < 0)
          translation[code] = target.pool.intern(column.pool.bytes, column.pool.offsets[code], column.pool.offsets[code + 1]);
        target.codes[indexOfRow[row]] = translation[code];
      });
    }
  }
  return merged;
}

/** Text cells as the type of their column; a cell that does not fit is empty. */
function typedColumn(column: TextColumn, type: string): Columns[string] {
  const { codes, pool } = column;
  const perText = <T>(read: (bytes: Uint8Array, start: number, end: number) => T): T[] =>
    Array.from({ length: pool.size }, (_, code) => read(pool.bytes, pool.offsets[code], pool.offsets[code + 1]));
  const spread = (values: number[]) => Float64Array.from(codes, (code) => (code < 0 ? NaN : values[code]));
  switch (type) {
    case 'DOUBLE':
      return float64Column(spread(perText(parseNumber)));
    case 'DECIMAL(18,4)':
      return moneyColumn(spread(perText(parseTenThousandths)));
    case 'TIMESTAMP': {
      const format = guessTime(Array.from({ length: Math.min(pool.size, 1000) }, (_, code) => pool.text(code)))?.format;
      return timestampColumn(spread(format ? perText(timeParser(format, new TimeZone('UTC'))) : perText(() => NaN)));
    }
    case 'BOOLEAN': {
      const yes = pool.texts().map(readBoolean);
      return booleanColumn(Int8Array.from(codes, (code) => (code < 0 ? -1 : yes[code])));
    }
    default:
      return textColumn(codes, pool);
  }
}

/** Numbers as a person would compare them; codes with leading zeros (post codes, phone numbers) stay text. */
function isNumeric({ pool }: TextColumn): boolean {
  if (pool.size === 0) return false;
  return pool.texts().every((text) => /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text));
}

function freeName(name: string, taken: Columns): string {
  let free = name;
  for (let n = 2; Object.keys(taken).some((other) => other.toLowerCase() === free.toLowerCase()); n++) free = `${name} ${n}`;
  return free;
}

function hashTexts(codes: Int32Array, pool: TextPool): string {
  const hash = new ColumnHash();
  hash.texts(codes, textHashes(pool));
  return hash.digest;
}
