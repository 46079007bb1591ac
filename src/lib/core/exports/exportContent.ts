import type { AudienceMembers } from '../audiences/members';
import { sendAtColumn, sendTimes, type SendAt } from '../audiences/sendAt';
import { UserError } from '../base/errors';
import { resolveOptions, type OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import { traitColumns, type ProfileScope } from '../profiles/profileRelation';
import { audienceTable } from './audienceTable';
import type { Destination, ExportKind } from './destination';
import { fieldsTable, mapFields, traitsOf, type ContentTable } from './fields';
import { kindListTable, type FinishedKindList } from './kindListTable';
import { countList, listTable, type FinishedList } from './listTable';
import type { ExportTable } from './table';

/** What an export writes, before it is known how many files that makes. */
export interface ExportContent {
  kind: ExportKind;
  table: ContentTable;
  /** Rows of the table; at most, where a destination leaves customers out. */
  rows: number;
  /** Customers in it; at most, as above. */
  users: number;
}

/** What an export may say beside where it goes. */
export interface ContentChoice {
  options?: OptionValues;
  /** Traits instead of the audience's own, in this order; or, where the destination has fields, field → trait. */
  columns?: readonly string[] | Readonly<Record<string, string>>;
  /** Own names of columns, where they are chosen: `user` or trait → header. */
  headers?: Readonly<Record<string, string>>;
}

/**
 * An audience as a destination wants it: the chosen columns as they are, or the destination's own fields.
 * @throws UserError `column_unknown`, `export_fields_missing`, those of {@link withHeaders}, and what resolveOptions throws
 */
export async function audienceContent(
  scope: ProfileScope,
  audience: { columns: readonly string[]; sendAt?: SendAt },
  { order }: Pick<AudienceMembers, 'order'>,
  destination: Destination,
  { options: given, columns = [], headers = {} }: ContentChoice,
  run: RunContext,
): Promise<ExportContent> {
  const counts = { kind: 'audience', rows: order.length, users: order.length } as const;
  if (destination.fields === 'chosen') {
    const chosen = isList(columns) && columns.length > 0 ? columns : audience.columns;
    return { ...counts, table: withHeaders(await audienceColumns(scope, audience, order, chosen, run), headers) };
  }
  const known = (await traitColumns(scope)).map(({ id }) => id);
  const options = resolveOptions(destination.id, destination.options, given);
  const mapping = mapFields(destination, known, options, isList(columns) ? {} : columns, audience.columns);
  return { ...counts, table: fieldsTable(await audienceTable(scope, order, traitsOf(mapping), run), destination, mapping, options) };
}

/** An audience's table with the moment to send at, where it has one. */
export async function audienceColumns(
  scope: ProfileScope,
  { sendAt }: { sendAt?: SendAt },
  order: Int32Array,
  columns: readonly string[],
  run: RunContext,
): Promise<ExportTable> {
  const table = await audienceTable(scope, order, columns, run);
  if (!sendAt) return table;
  const times = await sendTimes(scope, order, sendAt, run);
  return {
    columns: [...table.columns, { name: sendAtColumn, type: 'time' }],
    async *blocks() {
      let row = 0;
      for await (const block of table.blocks()) {
        yield { rows: block.rows, cells: [...block.cells, times.slice(row, row + block.rows)] };
        row += block.rows;
      }
    },
  };
}

/**
 * The table under the names that a person gave its columns.
 * @throws UserError `export_header_unknown`, `export_header_twice`
 */
export function withHeaders(table: ExportTable, headers: Readonly<Record<string, string>>): ExportTable {
  const known = table.columns.map(({ name }) => name);
  const unknown = Object.keys(headers).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UserError('export_header_unknown', `The file has no column "${unknown}" to name.`, `Its columns are: ${known.join(', ')}.`, {
      column: unknown,
      known: known.join(', '),
    });
  }
  const columns = table.columns.map((column) => ({ ...column, name: headers[column.name] ?? column.name }));
  const twice = columns.find(({ name }, c) => columns.findIndex((other) => other.name === name) !== c);
  if (twice) {
    throw new UserError('export_header_twice', `Two columns of the file are called "${twice.name}".`, 'Give each a name of its own.', {
      header: twice.name,
    });
  }
  return { columns, blocks: () => table.blocks() };
}

export function listContent(list: FinishedList | FinishedKindList): ExportContent {
  const { rows, users } = countList(list);
  return { kind: 'list', table: 'subject' in list ? kindListTable(list) : listTable(list), rows, users };
}

/** Traits that an export names itself, beside its audience's columns. */
export function exportTraits({ columns = [] }: ContentChoice): string[] {
  return isList(columns) ? [...columns] : Object.values(columns);
}

function isList(columns: readonly string[] | Readonly<Record<string, string>>): columns is readonly string[] {
  return Array.isArray(columns);
}
