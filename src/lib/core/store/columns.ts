import type { DataType, Decimal, Table, Vector } from 'apache-arrow';

/** A value as a screen or a file shows it: dates are ISO text without zone, decimals and whole numbers are numbers. */
export type CellValue = string | number | boolean | null;

// Arrow's own type tests would load the package, which only the engines need.
const typeIds = { bool: 6, decimal: 7, date: 8, timestamp: 10 };
const isDecimal = (type: DataType): type is Decimal => Number(type.typeId) === typeIds.decimal;

function columnOf(table: Table, name: string): Vector {
  const vector = table.getChild(name);
  if (!vector) throw new Error(`the result has no column "${name}", only ${table.schema.names.join(', ')}`);
  return vector;
}

/** A numeric column as float64; NaN for NULL. Decimals and 64-bit whole numbers past 2^53 are rounded. */
export function numbersOf(table: Table, name: string): Float64Array {
  const vector = columnOf(table, name);
  const numbers = new Float64Array(vector.length);
  if (Object.values(typeIds).includes(Number(vector.type.typeId))) {
    for (let row = 0; row < numbers.length; row++) numbers[row] = numberAt(vector, row) ?? NaN;
    return numbers;
  }
  let at = 0;
  for (const part of vector.data) {
    const values = part.values as ArrayLike<number | bigint>;
    if (values instanceof Float64Array && part.nullCount === 0) {
      numbers.set(values.subarray(0, part.length), at);
      at += part.length;
    } else for (let row = 0; row < part.length; row++, at++) numbers[at] = part.getValid(row) ? Number(values[row]) : NaN;
  }
  return numbers;
}

/** A whole-number column (such as `user_index`) as int32; NULL is an error, because an index is never missing. */
export function indexesOf(table: Table, name: string): Int32Array {
  const vector = columnOf(table, name);
  if (vector.nullCount > 0) throw new Error(`the column "${name}" holds NULL`);
  const indexes = new Int32Array(vector.length);
  let at = 0;
  for (const part of vector.data) {
    const values = part.values as ArrayLike<number | bigint>;
    if (values instanceof Int32Array) indexes.set(values.subarray(0, part.length), at);
    else for (let row = 0; row < part.length; row++) indexes[at + row] = Number(values[row]);
    at += part.length;
  }
  return indexes;
}

/** A DATE column as days since 1970-01-01; NULL is an error. */
export function dayNumbersOf(table: Table, name: string): Int32Array {
  const vector = columnOf(table, name);
  if (Number(vector.type.typeId) !== typeIds.date || vector.nullCount > 0) throw new Error(`the column "${name}" is not all days`);
  const days = new Int32Array(vector.length);
  let at = 0;
  for (const part of vector.data) {
    days.set((part.values as Int32Array).subarray(0, part.length), at);
    at += part.length;
  }
  return days;
}

/** A text column; null for NULL. */
export function textsOf(table: Table, name: string): (string | null)[] {
  return Array.from(columnOf(table, name), (value) => (value === null ? null : String(value)));
}

/** One value of a column as a screen shows it. */
export function cellAt(vector: Vector, row: number): CellValue {
  const value: unknown = vector.get(row);
  if (value === null || value === undefined) return null;
  const typeId = Number(vector.type.typeId);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeId === typeIds.date) return new Date(Number(value)).toISOString().slice(0, 10);
  if (typeId === typeIds.timestamp) return new Date(Math.floor(Number(value))).toISOString().replace(/(\.000)?Z$/, '');
  return numberAt(vector, row);
}

/** All rows as arrays of cells, for one screen of rows; not for loops over a data set. */
export function rowsOf(table: Table): CellValue[][] {
  const vectors = table.schema.fields.map((_, c) => table.getChildAt(c)!);
  return Array.from({ length: table.numRows }, (_, row) => vectors.map((vector) => cellAt(vector, row)));
}

function numberAt(vector: Vector, row: number): number | null {
  const value: unknown = vector.get(row);
  if (value === null || value === undefined) return null;
  const { type } = vector;
  return isDecimal(type) ? decimalNumber(value as Uint32Array, type.scale) : Number(value);
}

/** Four 32-bit words, lowest first, two's complement. */
function decimalNumber(words: Uint32Array, scale: number): number {
  const unscaled = (BigInt(words[3] | 0) << 96n) | (BigInt(words[2]) << 64n) | (BigInt(words[1]) << 32n) | BigInt(words[0]);
  // Dividing by a power of ten rounds once, so 12.10 becomes the same number as the literal.
  return Number(unscaled) / 10 ** scale;
}
