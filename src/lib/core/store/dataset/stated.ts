import { Table } from 'apache-arrow';
import type { StagedEntities } from '../../schema/staging/staged';
import { float64Column, int32Column, textColumn, type Columns } from './arrowColumns';

/**
 * What a source says of users or items, as it says it: a row per row with the number of the id, when it was so (`at`,
 * microseconds; absent where no row says it), and attributes as text.
 */
export function statedTable({ id, attributes, times }: StagedEntities, numberOfCode: Int32Array): Table {
  const columns: Columns = { number: int32Column(id.codes.map((code) => numberOfCode[code])) };
  if (times?.some((time) => time === time)) columns.at = float64Column(times);
  // A prefix keeps an attribute called `number` apart from ours.
  for (const [name, column] of attributes) columns[`_${name}`] = textColumn(column.codes, column.pool);
  return new Table(columns);
}
