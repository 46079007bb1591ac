import { UserError } from '$lib/core/base/errors';
import type { Mapping } from '$lib/core/schema/roles';
import type { FileTable } from '$lib/work/operations/files';
import { planNamesOf } from './tableGroups';

/** The tables of files of these names; of a workbook, the sheets that are named, or the one that the mapping is for. */
export const tablesOf = (tables: readonly FileTable[], files: readonly string[], mapping: Mapping | null) =>
  tables.filter((table) => {
    const { file, sheet } = planNamesOf(table);
    return (sheet !== undefined && files.includes(sheet)) || (files.includes(file) && (!mapping?.sheet || table.sheet === mapping.sheet));
  });

/** Why these tables are not the files that a source was imported from; null where they may be. */
export function otherFiles(files: readonly string[], tables: readonly FileTable[], mapping: Mapping | null): UserError | null {
  const missing = files.filter((name) => !tables.map(planNamesOf).some(({ file, sheet }) => name === file || name === sheet));
  if (missing.length > 0) {
    const values = { files: missing.join(', ') };
    return new UserError('other_files', `${values.files} was not chosen.`, 'Choose the files that were imported.', values);
  }
  // Rearranged rows have other columns than the file.
  if (!mapping?.header || mapping.reshape) return null;
  const other = tables.find(({ columns }) => !mapping.columns.every((name) => columns.includes(name)));
  if (!other) return null;
  const values = { file: other.name };
  return new UserError(
    'other_columns',
    `"${other.name}" has other columns than the file that was imported.`,
    'Choose the file that was imported.',
    values,
  );
}
