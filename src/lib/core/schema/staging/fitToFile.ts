import { fittedTo, type FittedMapping } from '../fitColumns';
import type { OpenedTable } from '../formats';
import type { Mapping } from '../roles';

/**
 * The mapping as it holds for this file, by its columns; where the file does not say them the mapping is taken at its
 * word, and `fileColumns` is absent.
 * @throws UserError `columns_changed`, `file_…`
 */
export async function fitToFile({ file, format }: OpenedTable, mapping: Mapping): Promise<FittedMapping & { fileColumns?: string[] }> {
  const fileColumns = await format.columns(file, mapping);
  return fileColumns ? { ...fittedTo(fileColumns, mapping), fileColumns } : { mapping, missing: [] };
}
