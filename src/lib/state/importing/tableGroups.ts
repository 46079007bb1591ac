import { toFileSource, type FileInput } from '$lib/core/schema/files';
import type { Mapping } from '$lib/core/schema/roles';
import type { FileTable } from '$lib/work/operations/files';

/**
 * Tables that become one source together: the same columns in the same format, such as one file for each month, or one
 * sheet. Groups stand in the order of their first table.
 */
export function groupTables(tables: readonly FileTable[]): FileTable[][] {
  const groups = new Map<string, FileTable[]>();
  for (const table of tables) {
    // A sheet of a workbook in an archive has no name of its own, and a mapping can say only one.
    const sheet = sheetFile(table) === undefined ? table.sheet : undefined;
    const key = JSON.stringify([table.format, sheet ?? '', table.columns]);
    const group = groups.get(key);
    if (group) group.push(table);
    else groups.set(key, [table]);
  }
  return [...groups.values()];
}

/** What joining sources needs of one that was looked at. */
interface Looked {
  tables: readonly FileTable[];
  mapping: Mapping | null;
  preview: { preset: string | null } | null;
}

/**
 * Sources of one platform that are read alike, where one has only more columns than the other, are one source: an export
 * that got a column last month. The fullest stands first in its group, since columns that it alone has are empty in the others.
 */
export function alikeGroups<Source extends Looked>(sources: readonly Source[]): Source[][] {
  const groups: Source[][] = [];
  for (const source of sources) {
    const group = groups.find(([first]) => isReadAlike(first, source) && (isWithin(source, first) || isWithin(first, source)));
    if (!group) groups.push([source]);
    else if (isWithin(source, group[0])) group.push(source);
    else group.unshift(source);
  }
  return groups;
}

function isReadAlike(one: Looked, other: Looked): boolean {
  const { preset } = one.preview ?? {};
  const hasSheets = [...one.tables, ...other.tables].some(({ sheet }) => sheet !== undefined);
  return preset != null && preset === other.preview?.preset && !hasSheets && readingOf(one.mapping) === readingOf(other.mapping);
}

/** A mapping without what it says of columns that have no role. */
const readingOf = (mapping: Mapping | null) => JSON.stringify({ ...mapping, columns: [], keep: [] });
const isWithin = ({ tables: [one] }: Looked, { tables: [other] }: Looked) => one.columns.every((name) => other.columns.includes(name));

/** The sheet of a workbook as a file of its own (`book.xlsx/May`); undefined for what is none, or lies in an archive. */
export function sheetFile({ file, sheet }: Pick<FileTable, 'file' | 'sheet'>): FileInput | undefined {
  return sheet !== undefined && file instanceof Blob ? { file, member: sheet } : undefined;
}

/** What a plan may call a table: as its file, or as a sheet of it. */
export function planNamesOf(table: FileTable): { file: string; sheet?: string } {
  const own = sheetFile(table);
  return { file: toFileSource(table.file).name, ...(own && { sheet: toFileSource(own).name }) };
}

/**
 * What a source of these files is called: the name of the one, or what the names of several begin with alike
 * (`orders-2026-01.csv`, `orders-2026-02.csv` → `orders`).
 */
export function sourceNameOf(names: readonly string[]): string {
  const [first = '', ...rest] = names.map((name) =>
    (name.split('/').at(-1) ?? name).replace(/\.xls[xmb]? · /i, ' ').replace(/(\.[a-z]\w{0,7}){1,2}$/i, ''),
  );
  if (rest.length === 0) return first;
  let length = 0;
  while (length < first.length && rest.every((name) => name[length] === first[length])) length++;
  const common = first
    .slice(0, length)
    .replace(/[\s\d._()-]+$/, '')
    .trim();
  return common.length >= 3 ? common : first;
}
