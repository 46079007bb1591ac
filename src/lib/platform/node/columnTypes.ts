import {
  Bool,
  DataType,
  DateDay,
  Decimal,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  List,
  Null,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
  Field,
} from 'apache-arrow';
import { DuckDBDecimalType, DuckDBListType, DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';

/** An array of fixed-width values, as both DuckDB and Arrow lay them out. */
export type ValueArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

export interface FixedWidthType {
  arrow: DataType;
  bytes: number;
  /** The SQL type that holds it. */
  sql: string;
  array: new (buffer: ArrayBufferLike, byteOffset?: number, length?: number) => ValueArray;
}

/** Types whose values lie equal in both memories: they are copied, never converted. */
export const fixedWidthTypes = new Map<DuckDBTypeId, FixedWidthType>([
  [DuckDBTypeId.TINYINT, { arrow: new Int8(), bytes: 1, sql: 'TINYINT', array: Int8Array }],
  [DuckDBTypeId.SMALLINT, { arrow: new Int16(), bytes: 2, sql: 'SMALLINT', array: Int16Array }],
  [DuckDBTypeId.INTEGER, { arrow: new Int32(), bytes: 4, sql: 'INTEGER', array: Int32Array }],
  [DuckDBTypeId.BIGINT, { arrow: new Int64(), bytes: 8, sql: 'BIGINT', array: BigInt64Array }],
  [DuckDBTypeId.UTINYINT, { arrow: new Uint8(), bytes: 1, sql: 'UTINYINT', array: Uint8Array }],
  [DuckDBTypeId.USMALLINT, { arrow: new Uint16(), bytes: 2, sql: 'USMALLINT', array: Uint16Array }],
  [DuckDBTypeId.UINTEGER, { arrow: new Uint32(), bytes: 4, sql: 'UINTEGER', array: Uint32Array }],
  [DuckDBTypeId.UBIGINT, { arrow: new Uint64(), bytes: 8, sql: 'UBIGINT', array: BigUint64Array }],
  [DuckDBTypeId.FLOAT, { arrow: new Float32(), bytes: 4, sql: 'FLOAT', array: Float32Array }],
  [DuckDBTypeId.DOUBLE, { arrow: new Float64(), bytes: 8, sql: 'DOUBLE', array: Float64Array }],
  [DuckDBTypeId.DATE, { arrow: new DateDay(), bytes: 4, sql: 'DATE', array: Int32Array }],
  [DuckDBTypeId.TIMESTAMP, { arrow: new TimestampMicrosecond(), bytes: 8, sql: 'TIMESTAMP', array: BigInt64Array }],
  [DuckDBTypeId.TIMESTAMP_S, { arrow: new TimestampSecond(), bytes: 8, sql: 'TIMESTAMP_S', array: BigInt64Array }],
  [DuckDBTypeId.TIMESTAMP_MS, { arrow: new TimestampMillisecond(), bytes: 8, sql: 'TIMESTAMP_MS', array: BigInt64Array }],
  [DuckDBTypeId.TIMESTAMP_NS, { arrow: new TimestampNanosecond(), bytes: 8, sql: 'TIMESTAMP_NS', array: BigInt64Array }],
]);

/** The Arrow type in which a column of a query is handed out. */
export function arrowTypeOf(type: DuckDBType): DataType {
  const fixed = fixedWidthTypes.get(type.typeId);
  if (fixed) return fixed.arrow;
  if (type instanceof DuckDBDecimalType) return new Decimal(type.scale, type.width, 128);
  if (type instanceof DuckDBListType) return new List(new Field('l', arrowTypeOf(type.valueType), true));
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return new Bool();
    case DuckDBTypeId.VARCHAR:
      return new Utf8();
    case DuckDBTypeId.HUGEINT:
      return new Decimal(0, 38, 128);
    case DuckDBTypeId.SQLNULL:
      return new Null();
    default:
      throw new Error(`a column of type ${type} cannot be read; cast it in the query`);
  }
}

/** The SQL type of a table's column that is made from an Arrow column. */
export function sqlTypeOf(type: DataType): string {
  for (const fixed of fixedWidthTypes.values()) if (String(fixed.arrow) === String(type)) return fixed.sql;
  if (DataType.isBool(type)) return 'BOOLEAN';
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return 'VARCHAR';
  if (DataType.isDictionary(type)) return sqlTypeOf(type.dictionary);
  if (DataType.isDate(type)) return 'DATE';
  if (DataType.isDecimal(type)) return `DECIMAL(${type.precision},${type.scale})`;
  throw new Error(`a column of Arrow type ${type} cannot become a table's column`);
}

/** Bytes that DuckDB uses for one decimal of this many digits. */
export function decimalBytes(width: number): 2 | 4 | 8 | 16 {
  return width <= 4 ? 2 : width <= 9 ? 4 : width <= 18 ? 8 : 16;
}
