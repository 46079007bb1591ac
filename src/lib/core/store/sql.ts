/**
 * SQL text that was built only from literals in our code and escaped values: a plain string is not one, so user
 * text cannot reach a query by accident.
 */
export class Sql {
  /** Use the {@link sql} tag; the constructor trusts its text. */
  constructor(readonly text: string) {}
}

export type SqlScalar = string | number | bigint | boolean | null | Date;
export type SqlValue = SqlScalar | Sql | readonly SqlValue[];

export type SqlTag = (strings: TemplateStringsArray, ...values: SqlValue[]) => Sql;

/** `` sql`SELECT … WHERE name = ${name}` ``: values are escaped by type, arrays become comma lists, fragments stay. */
export const sql: SqlTag = tagWith(literal);

/** A tag whose values are written as the engine reads them: literals are what engines differ in most. */
export function tagWith(write: (value: SqlScalar) => string): SqlTag {
  const text = (value: SqlValue): string => {
    if (value instanceof Sql) return value.text;
    return isList(value) ? value.map(text).join(', ') : write(value);
  };
  return (strings, ...values) => new Sql(values.reduce<string>((sum, value, i) => sum + text(value) + strings[i + 1], strings[0]));
}

/** A quoted identifier: a table or column whose name is not written in our code. */
export function identifier(name: string): Sql {
  if (name.includes('\0')) throw new Error('an identifier cannot hold a NUL character');
  return new Sql(`"${name.replaceAll('"', '""')}"`);
}

/** Fragments with a separator between them: `join(conditions, ' AND ')`. */
export function join(fragments: readonly Sql[], separator = ', '): Sql {
  return new Sql(fragments.map((fragment) => fragment.text).join(separator));
}

function isList(value: SqlValue): value is readonly SqlValue[] {
  return Array.isArray(value);
}

function literal(value: SqlScalar): string {
  if (value === null) return 'NULL';
  if (value instanceof Date) return `TIMESTAMP '${value.toISOString().replace('T', ' ').replace('Z', '')}'`;
  switch (typeof value) {
    case 'boolean':
      return value ? 'TRUE' : 'FALSE';
    case 'bigint':
      return value.toString();
    case 'number':
      if (!Number.isFinite(value)) throw new Error(`${value} has no SQL literal`);
      return Number.isInteger(value) ? value.toString() : `${value}::DOUBLE`;
    case 'string':
      return quoteText(value);
    default:
      throw new Error(`no SQL literal for ${typeof value}`);
  }
}

function quoteText(value: string): string {
  // DuckDB cannot hold NUL inside a literal; chr(0) can be concatenated.
  return value
    .split('\0')
    .map((part) => `'${part.replaceAll("'", "''")}'`)
    .join(' || chr(0) || ');
}
