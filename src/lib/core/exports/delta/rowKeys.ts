import type { OptionValues } from '../../base/options';
import type { Destination } from '../destination';
import { identifierGroups } from '../fields';
import type { ExportBlock, ExportColumn } from '../table';

/** What a row of a file is known by to whoever takes the file: a key for each way in which it can be matched. */
export type RowKeys = (block: ExportBlock, row: number) => string[];

/**
 * The keys of a destination's rows: each group of its identifiers that the row has whole, by header, so that files with
 * other columns beside them can be compared; of files whose columns are chosen, the column of the customer's id.
 * @param id header of that column, where the file has it
 * @returns null where rows cannot be told apart
 */
export function rowKeys(destination: Destination, columns: readonly ExportColumn[], options: OptionValues, id?: string): RowKeys | null {
  if (destination.fields === 'chosen') {
    const at = columns.findIndex(({ name }) => name === id);
    return at < 0 ? null : ({ cells }, row) => [String(cells[at][row])];
  }
  const groups = identifierGroups(destination, columns, options);
  if (groups.length === 0) return null;
  return ({ cells }, row) =>
    groups
      .filter((group) => group.every((at) => cells[at][row] !== null))
      .map((group) => group.map((at) => `${columns[at].name}=${String(cells[at][row])}`).join('\n'));
}
