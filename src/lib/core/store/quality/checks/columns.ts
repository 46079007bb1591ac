import { identifier, join, sql } from '../../sql';
import {
  good,
  records,
  shownExamples,
  type CheckKind,
  type CheckScope,
  type ColumnFacts,
  type QualityExample,
  type TableName,
} from '../check';

/** Of fewer rows nobody can say that a column is always the same or nearly empty. */
const enoughRows = 20;
/** Filled less than this is nearly empty. */
const nearlyNothing = 0.02;
const tables = ['events', 'users', 'items'] as const;
/** What says who or what it is, and so is of many sorts, or always the same by its nature. */
const ids = ['user_id', 'item_id', 'order_id', 'session_id', 'event', 'email', 'phone'];

interface Column extends ColumnFacts {
  table: TableName;
}

/** Columns that say the same in every row: nothing can be told by them. */
export const constantColumns: CheckKind = {
  id: 'constant-columns',
  async look(scope) {
    const columns = (await allColumns(scope)).filter(({ rows, name }) => rows >= enoughRows && name !== 'event');
    const found: QualityExample[] = [];
    for (const column of columns.filter(({ filled, rows, distinct }) => filled > 0.5 * rows && distinct <= 1.5)) {
      const { table, name, filled } = column;
      const [{ text }] = await records(
        scope,
        sql`SELECT min(${identifier(name)})::VARCHAR AS text FROM ${identifier(scope.version.tables[table])}`,
      );
      found.push({ column: `${table}.${name}`, rows: filled, text: text as string });
    }
    return columnsFound(columns.length, found);
  },
};

/** Columns of which hardly any cell is filled. */
export const emptyColumns: CheckKind = {
  id: 'empty-columns',
  async look(scope) {
    const columns = (await allColumns(scope)).filter(({ rows }) => rows >= enoughRows);
    const found = columns.filter(({ filled, rows }) => filled < nearlyNothing * rows);
    return columnsFound(
      columns.length,
      found.map(({ table, name, filled }) => ({ column: `${table}.${name}`, rows: filled })),
    );
  },
};

/** Columns of numbers or dates in which some cells are words. */
export const mixedTypes: CheckKind = {
  id: 'mixed-types',
  async look(scope) {
    const columns = (await allColumns(scope)).filter(
      ({ kind, name, filled }) => kind === 'text' && !ids.includes(name) && filled >= enoughRows,
    );
    const found: QualityExample[] = [];
    for (const { table, name } of columns) {
      const column = identifier(name);
      const shapes = join([numberShape, dateShape].map((shape) => sql`regexp_matches(trim(${column}), ${shape})`));
      const [counted] = await records(
        scope,
        sql`SELECT coalesce(sum(n), 0)::DOUBLE AS n, coalesce(sum(n) FILTER (kinds[1]), 0)::DOUBLE AS numbers, coalesce(sum(n) FILTER (kinds[2]), 0)::DOUBLE AS dates,
            arg_max(text, n) FILTER (NOT kinds[1]) AS word, arg_max(text, n) FILTER (NOT kinds[2]) AS no_date
          FROM (SELECT ${column} AS text, count(*) AS n, [${shapes}] AS kinds FROM ${identifier(scope.version.tables[table])}
            WHERE ${column} IS NOT NULL GROUP BY ${column})`,
      );
      const [n, numbers, dates] = [counted.n, counted.numbers, counted.dates].map(Number);
      const most = Math.max(numbers, dates);
      if (most < mostly * n || most === n) continue;
      const text = String(numbers >= dates ? counted.word : counted.no_date);
      found.push({ column: `${table}.${name}`, rows: n - most, text });
    }
    return columnsFound(columns.length, found, 'warning');
  },
};

/** From here on a column is one of numbers (or dates), and the rest are exceptions. */
export const mostly = 0.8;
export const numberShape = '^[-+]?[0-9]{1,15}([.,][0-9]+)?$';
export const dateShape = '^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}([T ][0-9:.]+(Z|[+-][0-9:]+)?)?$';

/** E-mails and phone numbers where neither belongs, and addresses that are none where they do. */
export const contactMisplaced: CheckKind = {
  id: 'contact-misplaced',
  async look(scope) {
    const columns = (await allColumns(scope)).filter(({ kind, filled }) => kind === 'text' && filled > 0);
    const found: QualityExample[] = [];
    for (const { table, name, filled } of columns) {
      const column = identifier(name);
      const [{ emails, phones, email, phone, other }] = await records(
        scope,
        sql`SELECT count(*) FILTER (is_email)::DOUBLE AS emails, count(*) FILTER (is_phone)::DOUBLE AS phones, min(text) FILTER (is_email) AS email,
            min(text) FILTER (is_phone) AS phone, min(text) FILTER (NOT is_email) AS other
          FROM (SELECT text, regexp_matches(text, ${emailShape}) AS is_email, regexp_matches(text, ${phoneShape}) AS is_phone
            FROM (SELECT trim(${column}) AS text FROM ${identifier(scope.version.tables[table])} WHERE ${column} IS NOT NULL))`,
      );
      const says = (rows: number, text: unknown) => found.push({ column: `${table}.${name}`, rows, text: masked(String(text)) });
      if (name === 'email') {
        if (Number(emails) < filled) says(filled - Number(emails), other);
      } else if (Number(emails) > 0) says(Number(emails), email);
      // Long numbers are numbers of something else more often than not.
      else if (name !== 'phone' && Number(phones) >= 0.5 * filled && filled >= enoughRows) says(Number(phones), phone);
    }
    return columnsFound(columns.length, found, 'warning');
  },
};

const emailShape = '^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$';
const phoneShape = '^(\\+[0-9][0-9 ().-]{6,}|1[3-9][0-9]{9})$';

/** Enough of an address to find it, and not all of it. */
function masked(text: string): string {
  const at = text.lastIndexOf('@');
  if (at > 0) return `${text.slice(0, Math.min(2, at))}…${text.slice(at)}`;
  return text.length > 6 ? `${text.slice(0, 3)}…${text.slice(-2)}` : text;
}

/** Columns that some source fills. */
async function allColumns(scope: CheckScope): Promise<Column[]> {
  const all: Column[] = [];
  for (const table of tables) for (const column of await scope.columns(table)) if (column.filled > 0) all.push({ ...column, table });
  return all;
}

function columnsFound(of: number, found: QualityExample[], verdict: 'note' | 'warning' = 'note') {
  if (of === 0) return null;
  if (found.length === 0) return good(of);
  return { verdict, count: found.length, of, examples: found.slice(0, 2 * shownExamples), values: { count: found.length } };
}
