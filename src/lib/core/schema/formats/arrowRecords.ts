import type { RecordBatch as ArrowBatch, Vector } from 'apache-arrow';
import { Found, RecordBatch, type BlockCells, type Records } from '../records';
import type { Mapping } from '../roles';
import { isNested, plainValue, writeColumn } from './arrowCells';
import { CellWriter } from './cellWriter';
import { changedColumns } from './formatErrors';
import { columnsToRead, sampledRows, type OpenOptions, type RecordBlock } from './format';
import { childOf, listSeparator, pathTree, PathCollector, type PathNode } from './paths';

/** Rows whose cells are written at once. */
const rowsAtOnce = 1 << 14;

/** Rows of Arrow batches, whichever file they come from: Arrow itself, and Parquet once it is read. */
export class ArrowTable {
  readonly #needed: ReadonlySet<string>;
  readonly #width: number;
  readonly #tree: PathNode;
  readonly #flat: FlatRecords;
  readonly #nested: NestedRecords;

  constructor(
    private readonly mapping: Mapping,
    options: OpenOptions,
  ) {
    const { rowsAt } = mapping;
    const { columns, needed } = columnsToRead(mapping, options);
    this.#needed = needed;
    this.#width = columns.length;
    this.#tree = pathTree(columns, this.#needed, rowsAt);
    const read = needed.size < columns.length ? columns.map((name) => (needed.has(name) ? name : undefined)) : undefined;
    this.#flat = new FlatRecords(columns.length, read);
    this.#nested = new NestedRecords(columns.length, read);
  }

  /** Of the columns of the file, those that the mapping needs. @throws UserError `columns_changed` */
  rootColumns(names: readonly string[]): string[] {
    const wanted = [...this.#needed, ...(this.mapping.rowsAt !== undefined ? [this.mapping.rowsAt] : [])];
    const roots = new Set<string>();
    for (const path of wanted) {
      const root = names.find((name) => name === path) ?? names.find((name) => path.startsWith(`${name}.`));
      if (root === undefined) throw changedColumns(path, names);
      roots.add(root);
    }
    return names.filter((name) => roots.has(name));
  }

  /** The rows of a batch; `offsetOf` says how far a share (0 … 1) of it is in the file. */
  *blocks(batch: ArrowBatch, offsetOf: (share: number) => number): Generator<RecordBlock> {
    const fields = this.#fieldsOf(batch);
    const isPlain = this.mapping.rowsAt === undefined && fields.every(({ vector }) => !isNested(vector.type));
    for (let from = 0; from < batch.numRows; from += rowsAtOnce) {
      const to = Math.min(batch.numRows, from + rowsAtOnce);
      const records = isPlain ? this.#flat.load(fields, from, to) : this.#loadNested(fields, from, to);
      yield { records, fileOffset: offsetOf(to / batch.numRows) };
    }
  }

  #fieldsOf(batch: ArrowBatch): Field[] {
    const roots = new Set(this.rootColumns(batch.schema.fields.map(({ name }) => name)));
    return batch.schema.fields.flatMap(({ name }, at) => {
      if (!roots.has(name)) return [];
      const key = encoder.encode(name);
      const node = childOf(this.#tree, key, 0, key.length);
      return node ? [{ node, vector: batch.getChildAt(at)! }] : [];
    });
  }

  #loadNested(fields: readonly Field[], from: number, to: number): RecordBatch {
    const records = this.#nested;
    records.clear();
    const cells = new Array<string>(this.#width);
    for (let row = from; row < to; row++) {
      cells.fill('');
      let rows: { node: PathNode; list: unknown[] } | undefined;
      const found = (node: PathNode, list: unknown[]) => void (rows = { node, list });
      for (const { node, vector } of fields) fillCells(plainValue(vector, row), node, cells, found);
      const elements = rows && rows.list.length > 0 ? rows.list : [undefined];
      for (const element of elements) {
        const own = element === undefined ? cells : [...cells];
        if (element !== undefined) fillCells(element, rows!.node, own, () => {});
        for (const cell of own)
          if (cell === '') records.addEmpty();
          else records.addText(cell);
        records.endRow();
      }
    }
    return records;
  }
}

interface Field {
  node: PathNode;
  vector: Vector;
}

/** Puts plain values into the cells of their columns; `foundRows` gets the list whose elements are the rows. */
function fillCells(value: unknown, node: PathNode, cells: string[], foundRows: (node: PathNode, list: unknown[]) => void): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    if (node.isRows) foundRows(node, value);
    else if (node.nodes.length > 0) fillKeyValues(value, node, cells);
    else if (node.column >= 0) {
      const plain = value.filter((element) => element !== null && typeof element !== 'object');
      cells[node.column] = plain.join(listSeparator);
    }
  } else if (typeof value === 'object') {
    for (const [key, child] of Object.entries(value)) {
      const bytes = encoder.encode(key);
      const next = childOf(node, bytes, 0, bytes.length);
      if (next) fillCells(child, next, cells, foundRows);
    }
  } else if (node.column >= 0) cells[node.column] = String(value);
}

/** As analytics exports write their parameters: each `{ key, value }` fills the column of its key. */
function fillKeyValues(list: readonly unknown[], node: PathNode, cells: string[]): void {
  for (const element of list) {
    const { key, value } = (element ?? {}) as { key?: unknown; value?: unknown };
    if (typeof key !== 'string') continue;
    const bytes = encoder.encode(key);
    const child = childOf(node, bytes, 0, bytes.length);
    if (!child) continue;
    const isSet = (entry: [string, unknown]) => entry[0].endsWith('_value') && entry[1] !== null;
    const chosen = typeof value === 'object' && value !== null ? Object.entries(value).find(isSet)?.[1] : value;
    fillCells(chosen, child, cells, () => {});
  }
}

/** Names of the columns that were read, by place; undefined for others, and where all were read. */
type ReadColumns = readonly (string | undefined)[] | undefined;

/**
 * A row as a person would recognise it: its cells as CSV, or, where not all of its columns were read, as JSON that names
 * those which were. A column that is only not shown must not look like an empty cell.
 */
function rowText({ bytes, starts, ends }: Records, read: ReadColumns, limit: number): string {
  const cells = Array.from(starts, (start, cell) => lenient.decode(bytes.subarray(start, Math.min(ends[cell], start + limit * 4))));
  if (read) return JSON.stringify(Object.fromEntries(read.flatMap((name, cell) => (name === undefined ? [] : [[name, cells[cell]]])))).slice(0, limit); // prettier-ignore
  return cells.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(',').slice(0, limit); // prettier-ignore
}

class NestedRecords extends RecordBatch {
  constructor(
    width: number,
    private readonly read: ReadColumns,
  ) {
    super(width);
  }

  override text(limit: number): string {
    return rowText(this, this.read, limit);
  }
}

/** Rows of plain columns: their cells are written column by column, and looked up row by row. */
class FlatRecords implements Records {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly quoted: Uint8Array;
  readonly #writer = new CellWriter();
  #columns: { cell: number; starts: Int32Array; ends: Int32Array }[] = [];
  #row = 0;
  #rows = 0;
  #block: FlatBlock | undefined;

  constructor(
    readonly cells: number,
    private readonly read: ReadColumns,
  ) {
    this.starts = new Int32Array(cells);
    this.ends = new Int32Array(cells);
    this.quoted = new Uint8Array(cells);
  }

  get bytes(): Uint8Array {
    return this.#writer.bytes;
  }

  load(fields: readonly Field[], from: number, to: number): this {
    this.#writer.clear();
    const wanted = fields.filter(({ node }) => node.column >= 0);
    while (this.#columns.length < wanted.length)
      this.#columns.push({ cell: 0, starts: new Int32Array(rowsAtOnce), ends: new Int32Array(rowsAtOnce) });
    this.#columns.length = wanted.length;
    wanted.forEach(({ node, vector }, at) => {
      const column = this.#columns[at];
      column.cell = node.column;
      // A batch's columns are whole: one chunk each.
      writeColumn(vector.data[0], from, to, this.#writer, column.starts, column.ends);
    });
    this.#row = 0;
    this.#rows = to - from;
    this.#block = new FlatBlock(this.#rows, this.#columns);
    return this;
  }

  get block(): BlockCells | undefined {
    return this.#block;
  }

  next(): Found {
    if (this.#row >= this.#rows) return Found.end;
    const row = this.#row++;
    this.#block!.row = row;
    const columns = this.#columns;
    for (let c = 0; c < columns.length; c++) {
      const { cell, starts, ends } = columns[c];
      this.starts[cell] = starts[row];
      this.ends[cell] = ends[row];
    }
    return Found.record;
  }

  text(limit: number): string {
    return rowText(this, this.read, limit);
  }
}

class FlatBlock implements BlockCells {
  row = 0;

  constructor(
    readonly rows: number,
    private readonly columns: readonly { cell: number; starts: Int32Array; ends: Int32Array }[],
  ) {}

  column(cell: number) {
    return this.columns.find((column) => column.cell === cell);
  }
}

/** Columns, rows and arrays of a batch's first rows, as text. */
export function sampleBatch(batch: ArrowBatch, columns: readonly string[] | undefined, rowsAt: string | undefined) {
  const rows = Math.min(batch.numRows, sampledRows);
  const collector = new PathCollector(rowsAt);
  const found: string[] = [];
  for (const [at, field] of batch.schema.fields.entries()) {
    if (!isNested(field.type)) {
      found.push(field.name);
      continue;
    }
    const own = new PathCollector(rowsAt);
    const vector = batch.getChildAt(at)!;
    for (let row = 0; row < rows; row++) {
      const value = { [field.name]: plainValue(vector, row) };
      own.add(value);
      collector.add(value);
    }
    found.push(...own.columns);
  }
  const names = [...(columns ?? found)];
  const table = new ArrowTable({ ...sampleMapping, columns: names, keep: names, ...(rowsAt !== undefined && { rowsAt }) }, {});
  const cells: string[][] = [];
  for (const { records } of table.blocks(batch.numRows > rows ? batch.slice(0, rows) : batch, () => 0)) {
    while (records.next() === Found.record && cells.length < sampledRows) {
      cells.push(names.map((_, cell) => lenient.decode(records.bytes.subarray(records.starts[cell], records.ends[cell]))));
    }
  }
  const { arrays } = collector;
  return { columns: names, rows: cells, ...(arrays.length > 0 && { arrays }) };
}

const sampleMapping = {
  kind: 'events',
  delimiter: ',',
  quote: '',
  header: true,
  encoding: 'utf-8',
  roles: {},
} as const satisfies Partial<Mapping>;
const encoder = new TextEncoder();
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
