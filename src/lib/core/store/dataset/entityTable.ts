import { Table } from 'apache-arrow';
import { canonicalTables } from '../../schema/canonical';
import { parseNumber, parseTenThousandths } from '../../schema/parse/numbers';
import type { TextColumn } from '../../schema/staging/columns';
import { TextPool } from '../../schema/staging/textPool';
import { readBoolean } from '../../schema/parse/booleans';
import { guessTime } from '../../schema/parse/guessTime';
import { TimeZone } from '../../schema/parse/timeZone';
import { timeParser } from '../../schema/parse/times';
import { isConsentColumn, isConsentTime } from '../../schema/privacy/consents';
import type { Entities } from './survivorship';
import { booleanColumn, float64Column, int32Column, moneyColumn, textColumn, timestampColumn, type Columns } from './arrowColumns';

/** The `users` or `items` table: one row per entity by number. */
export function entityTable(kind: 'users' | 'items', { numbers, ids }: Entities, merged: Map<string, TextColumn>, zone: TimeZone): Table {
  const canonical = canonicalTables[kind] as Record<string, string>;
  const columns: Columns = {
    [kind === 'users' ? 'user_index' : 'item_index']: int32Column(numbers),
    [kind === 'users' ? 'user_id' : 'item_id']: textColumn(ids.codes, ids.pool),
  };
  const nothing: TextColumn = { kind: 'text', codes: new Int32Array(numbers.length).fill(-1), pool: new TextPool() };
  for (const [name, type] of Object.entries(canonical)) {
    if (!(name in columns)) columns[name] = typedColumn(merged.get(name) ?? nothing, type, zone);
  }
  for (const [name, column] of merged) {
    if (!(name in canonical)) columns[freeName(name, columns)] = typedColumn(column, typeOf(name, column), zone);
  }
  return new Table(columns);
}

/** Text cells as the type of their column; a cell that does not fit is empty. */
function typedColumn(column: TextColumn, type: string, zone: TimeZone): Columns[string] {
  const { codes, pool } = column;
  const perText = <T>(read: (bytes: Uint8Array, start: number, end: number) => T): T[] =>
    Array.from({ length: pool.size }, (_, code) => read(pool.bytes, pool.offsets[code], pool.offsets[code + 1]));
  const spread = (values: number[]) => {
    const cells = new Float64Array(codes.length);
    for (let row = 0; row < cells.length; row++) cells[row] = codes[row] < 0 ? NaN : values[codes[row]];
    return cells;
  };
  switch (type) {
    case 'DOUBLE':
      return float64Column(spread(perText(parseNumber)));
    case 'DECIMAL(18,4)':
      return moneyColumn(spread(perText(parseTenThousandths)));
    case 'TIMESTAMP': {
      const format = guessTime(Array.from({ length: Math.min(pool.size, 1000) }, (_, code) => pool.text(code)))?.format;
      return timestampColumn(spread(format ? perText(timeParser(format, zone)) : perText(() => NaN)));
    }
    case 'BOOLEAN': {
      const yes = pool.texts().map(readBoolean);
      const cells = new Int8Array(codes.length);
      for (let row = 0; row < cells.length; row++) cells[row] = codes[row] < 0 ? -1 : yes[codes[row]];
      return booleanColumn(cells);
    }
    default:
      return textColumn(codes, pool);
  }
}

/** The type of an attribute that is no canonical column; channels that few shops have are columns only where a file says something. */
function typeOf(name: string, column: TextColumn): string {
  if (isConsentColumn(name)) return 'BOOLEAN';
  if (isConsentTime(name)) return 'TIMESTAMP';
  return isNumeric(column) ? 'DOUBLE' : 'VARCHAR';
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
