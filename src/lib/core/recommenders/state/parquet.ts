import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ModelState, StateArray } from '../modelState';
import type { StateFile, StateIds } from './travelling';

/** Wider arrays are written as one row a value, because nobody wants a table of so many columns. */
const mostColumns = 1024;

/**
 * A state as one Parquet file an array, for data tools: a row for each customer, item or other thing of the first axis
 * and a column for each of the second; where that would be too wide, a row for each value that is not zero. Numbers
 * that belong to nobody have no row.
 */
export function writeParquet({ arrays }: ModelState, ids: StateIds = {}): StateFile[] {
  return Object.entries(arrays).map(([name, array]) => {
    const width = array.shape.length > 1 ? array.shape[1] : 1;
    const columnData =
      width > mostColumns || array.axes[1] === 'items' || array.axes[1] === 'users' ? longTable(array, ids) : wideTable(name, array, ids);
    return { name: `${name}.parquet`, bytes: new Uint8Array(parquetWriteBuffer({ columnData })) };
  });
}

type Column = { name: string; data: (string | number | null)[] | Int32Array | Float32Array; type: 'STRING' | 'INT32' | 'FLOAT' };

function wideTable(name: string, array: StateArray, ids: StateIds): Column[] {
  const { data, shape, axes, numbersOf } = array;
  const width = shape.length > 1 ? shape[1] : 1;
  const named = idsOf(ids, axes[0]);
  const rows = Array.from({ length: shape[0] }, (_, row) => row).filter((row) => !named || named[row] !== null);
  const columns = Array.from({ length: width }, (_, column) => {
    const values = rows.map((row) => data[row * width + column]);
    return valueColumn(shape.length > 1 ? `${axes[1]}_${column}` : name, values, numbersOf, ids);
  });
  return [keyColumn(axes[0], rows, ids), ...columns];
}

function longTable({ data, shape: [, width], axes, numbersOf }: StateArray, ids: StateIds): Column[] {
  const at: number[] = [];
  data.forEach((value, i) => value !== 0 && at.push(i));
  return [
    keyColumn(
      axes[0],
      at.map((i) => Math.floor(i / width)),
      ids,
    ),
    // Two axes of the same kind need two names.
    keyColumn(
      axes[1],
      at.map((i) => i % width),
      ids,
      axes[0] === axes[1] ? 'other_' : '',
    ),
    valueColumn(
      'value',
      at.map((i) => data[i]),
      numbersOf,
      ids,
    ),
  ];
}

function keyColumn(axis: string, numbers: number[], ids: StateIds, prefix = ''): Column {
  const named = idsOf(ids, axis);
  const stem = `${prefix}${axis.replace(/s$/, '')}`;
  if (named) return { name: `${stem}_id`, data: numbers.map((number) => named[number]), type: 'STRING' };
  return { name: `${stem}_number`, data: Int32Array.from(numbers), type: 'INT32' };
}

function valueColumn(name: string, values: number[], numbersOf: StateArray['numbersOf'], ids: StateIds): Column {
  const named = numbersOf && ids[numbersOf];
  if (named) return { name, data: values.map((number) => (number < 0 ? null : named[number])), type: 'STRING' };
  return numbersOf ? { name, data: Int32Array.from(values), type: 'INT32' } : { name, data: Float32Array.from(values), type: 'FLOAT' };
}

function idsOf(ids: StateIds, axis: string): (string | null)[] | undefined {
  return axis === 'users' ? ids.users : axis === 'items' ? ids.items : undefined;
}
