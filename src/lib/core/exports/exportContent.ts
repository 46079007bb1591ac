import type { AudienceMembers } from '../audiences/members';
import { sendAtColumn, sendTimes, type SendAt } from '../audiences/sendAt';
import { UserError } from '../base/errors';
import { resolveOptions, type OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import { traitColumns, type ProfileScope } from '../profiles/profileRelation';
import { audienceTable } from './audienceTable';
import { inThreads, type ConvertHelpers } from './convertBlock';
import type { Destination, ExportKind } from './destination';
import { fieldsTable, mapFields, traitsOf, type ContentTable } from './fields';
import { kindListTable, type FinishedKindList } from './kindListTable';
import { countList, listTable, type FinishedList } from './listTable';
import type { ExportColumn, ExportTable } from './table';

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
  /** Instead of `columns` and `headers`, where columns are chosen: every column of the file, from the left. */
  layout?: readonly LayoutColumn[];
}

/** A column of a file: the customer's id (`user`) or a trait, under a name of its own, or the same text in every row. */
export type LayoutColumn = { from: string; as?: string } | { text: string; as: string };

/**
 * An audience as a destination wants it: the chosen columns as they are, or the destination's own fields.
 * @param helpers threads that normalise and hash, where there are any
 * @throws UserError `column_unknown`, `export_fields_missing`, those of {@link withHeaders}, and what resolveOptions throws
 */
export async function audienceContent(
  scope: ProfileScope,
  audience: { columns: readonly string[]; sendAt?: SendAt },
  { order }: Pick<AudienceMembers, 'order'>,
  destination: Destination,
  { options: given, columns = [], headers = {}, layout }: ContentChoice,
  run: RunContext,
  helpers?: ConvertHelpers,
): Promise<ExportContent> {
  const counts = { kind: 'audience', rows: order.length, users: order.length } as const;
  if (destination.fields === 'chosen') {
    if (layout) return { ...counts, table: withLayout(await audienceTable(scope, order, traitsIn(layout), run), layout) };
    const chosen = isList(columns) && columns.length > 0 ? columns : audience.columns;
    return { ...counts, table: withHeaders(await audienceColumns(scope, audience, order, chosen, run), headers) };
  }
  const known = (await traitColumns(scope)).map(({ id }) => id);
  const options = resolveOptions(destination.id, destination.options, given);
  const mapping = mapFields(destination, known, options, isList(columns) ? {} : columns, audience.columns);
  const source = await audienceTable(scope, order, traitsOf(mapping), run);
  return { ...counts, table: fieldsTable(source, destination, mapping, options, helpers && inThreads(helpers, run.signal)) };
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
  refuseTwice(columns);
  return { columns, blocks: () => table.blocks() };
}

/**
 * The table with just these columns, in this order and under these names.
 * @throws UserError `export_layout_empty`, `export_header_twice`
 */
export function withLayout(table: ExportTable, layout: readonly LayoutColumn[]): ExportTable {
  if (layout.length === 0) throw new UserError('export_layout_empty', 'The file has no columns.', 'Choose at least one.');
  const placed = layout.map((entry) => ('from' in entry ? table.columns.findIndex(({ name }) => name === entry.from) : -1));
  const columns = layout.map((entry, c): ExportColumn =>
    'from' in entry ? { ...table.columns[placed[c]], name: entry.as ?? entry.from } : { name: entry.as, type: 'text' },
  );
  refuseTwice(columns);
  return {
    columns,
    async *blocks() {
      for await (const { rows, cells } of table.blocks())
        yield { rows, cells: layout.map((entry, c) => ('from' in entry ? cells[placed[c]] : new Array<string>(rows).fill(entry.text))) };
    },
  };
}

/** Traits beside the customer's id. */
function traitsIn(layout: readonly LayoutColumn[]): string[] {
  return layout.flatMap((entry) => ('from' in entry && entry.from !== 'user' ? [entry.from] : []));
}

function refuseTwice(columns: readonly ExportColumn[]): void {
  const twice = columns.find(({ name }, c) => columns.findIndex((other) => other.name === name) !== c);
  if (!twice) return;
  throw new UserError('export_header_twice', `Two columns of the file are called "${twice.name}".`, 'Give each a name of its own.', {
    header: twice.name,
  });
}

export function listContent(list: FinishedList | FinishedKindList): ExportContent {
  const { rows, users } = countList(list);
  return { kind: 'list', table: 'subject' in list ? kindListTable(list) : listTable(list), rows, users };
}

/** Traits that an export names itself, beside its audience's columns. */
export function exportTraits({ columns = [], layout }: ContentChoice): string[] {
  if (layout) return traitsIn(layout);
  return isList(columns) ? [...columns] : Object.values(columns);
}

function isList(columns: readonly string[] | Readonly<Record<string, string>>): columns is readonly string[] {
  return Array.isArray(columns);
}
