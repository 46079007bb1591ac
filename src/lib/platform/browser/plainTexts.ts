import { DataType, makeData, Table, Utf8, Vector, type Data, type Dictionary } from 'apache-arrow';

/**
 * The table as the engine's IPC reader takes it: it wants each dictionary once, before the first batch, but Arrow
 * writes none that is empty and a new one with every batch. Such columns become plain text.
 */
export function plainTexts(table: Table): Table {
  const isTrouble = (column: Vector) =>
    DataType.isDictionary(column.type) && (column.data.length !== 1 || column.length === 0 || !column.data[0].dictionary?.length);
  const columns = table.schema.fields.map((field, c) => [field.name, table.getChildAt(c)!] as const);
  if (!columns.some(([, column]) => isTrouble(column))) return table;
  return new Table(Object.fromEntries(columns.map(([name, column]) => [name, isTrouble(column) ? plainColumn(column) : column])));
}

function plainColumn(column: Vector): Vector {
  // A column needs a part, even where it has no rows.
  if (column.data.length === 0) return new Vector([makeData({ type: new Utf8(), length: 0, nullCount: 0 })]);
  return new Vector(column.data.map((part) => plain(part as Data<Dictionary>)));
}

function plain(part: Data<Dictionary>): Data<Utf8> {
  const { length, nullCount } = part;
  const texts = part.dictionary as Vector<Utf8> | undefined;
  const encoder = new TextEncoder();
  const bytesOf = Array.from({ length: texts?.length ?? 0 }, (_, code) => encoder.encode(String(texts!.get(code))));
  const valueOffsets = new Int32Array(length + 1);
  for (let row = 0; row < length; row++) {
    valueOffsets[row + 1] = valueOffsets[row] + (part.getValid(row) ? bytesOf[part.values[row]].length : 0);
  }
  const data = new Uint8Array(valueOffsets[length]);
  const nullBitmap = new Uint8Array((length + 7) >>> 3);
  for (let row = 0; row < length; row++) {
    if (!part.getValid(row)) continue;
    nullBitmap[row >>> 3] |= 1 << (row & 7);
    data.set(bytesOf[part.values[row]], valueOffsets[row]);
  }
  return makeData({ type: new Utf8(), length, nullCount, nullBitmap, valueOffsets, data });
}
