import type { Diagnostic } from '../../base/errors';
import type { Records } from '../records';
import { MadeRecords } from '../reshape/madeRecords';
import { consentRoles, type Mapping } from '../roles';
import { isMissingWord } from './cells';
import { grown, TextPool } from './textPool';

/** What holds for an order as a whole. Amounts and pieces are not among it: those of a line are its own. */
export const orderRoles = [
  ...['user', 'time', 'event', 'currency', 'session', 'channel', 'campaign', 'device'],
  ...['email', 'phone', 'country', ...consentRoles],
] as (keyof Mapping['roles'])[];

/** How a column of the orders' file is called beside those of the lines. */
const columnOf = (name: string) => `order: ${name}`;

/**
 * Orders by their id, from files that say whose they are and when they were, for files of order lines that say neither.
 * The cells are kept as they are written; each is kept once for all lines of its order. An id can stand in several of
 * the files: numbers that begin anew, months that overlap. {@link seenBy} says whose word counts.
 */
export class OrderPool {
  readonly #ids = new TextPool(1 << 14);
  #bytes = new Uint8Array(1 << 16);
  #used = 0;
  #rows = 0;
  /** Where the cells of a row begin, `columns` of them each, and the end of the last one. */
  #offsets = new Float64Array(1 << 12);
  /** By file and order: its row + 1; 0 where the file does not have it. */
  readonly #rowOf: Int32Array[] = [];
  #hasLines = new Uint8Array(1 << 10);
  #orders = 0;

  /** @param mapping of the orders' files; a mapping of events with an order id */
  constructor(
    readonly mapping: Mapping,
    readonly columns: readonly string[],
  ) {}

  /** How many orders there are, whatever the number of their files. */
  get size(): number {
    return this.#orders;
  }

  get files(): number {
    return this.#rowOf.length;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The rows that follow are of another file. */
  beginFile(): void {
    this.#rowOf.push(new Int32Array(1 << 10));
  }

  /** Of two rows with one id in one file the first counts. */
  add(reader: Records, orderCell: number, cells: readonly number[]): void {
    const order = this.#ids.intern(reader.bytes, reader.starts[orderCell], reader.ends[orderCell]);
    this.#orders = Math.max(this.#orders, order + 1);
    const file = this.#rowOf.length - 1;
    if (order >= this.#rowOf[file].length) this.#rowOf[file] = grown(this.#rowOf[file], order + 1);
    if (this.#rowOf[file][order] > 0) return;
    const width = this.columns.length;
    const row = this.#rows++;
    this.#rowOf[file][order] = row + 1;
    if (this.#rows * width >= this.#offsets.length) this.#offsets = grown(this.#offsets, this.#rows * width + 1);
    cells.forEach((cell, at) => {
      const start = reader.starts[cell];
      const length = cell < reader.cells ? reader.ends[cell] - start : 0;
      if (this.#used + length > this.#bytes.length) this.#bytes = grown(this.#bytes, this.#used + length);
      this.#bytes.set(reader.bytes.subarray(start, start + length), this.#used);
      this.#offsets[row * width + at] = this.#used;
      this.#used += length;
    });
    this.#offsets[this.#rows * width] = this.#used;
  }

  /** The orders as one file of lines sees them: each as the first of these files has it. @param files places, all of them where it is left out */
  seenBy(files: readonly number[] = this.#rowOf.map((_, file) => file)): OrderIndex {
    return new OrderIndex(this, files);
  }

  /** The number of an order, -1 where no file has one of that id. */
  numberOf(bytes: Uint8Array, start: number, end: number): number {
    if (start === end || isMissingWord(bytes, start, end)) return -1;
    // An id that no order has becomes one more text, beyond those of the orders.
    const order = this.#ids.intern(bytes, start, end);
    return order < this.#orders ? order : -1;
  }

  /** Where a file has an order: its row, -1 where it does not have it. */
  rowIn(file: number, order: number): number {
    const rows = this.#rowOf[file];
    return order < rows.length ? rows[order] - 1 : -1;
  }

  /** A line of the order was read. */
  hasLine(order: number): void {
    if (this.#orders > this.#hasLines.length) this.#hasLines = grown(this.#hasLines, this.#orders);
    this.#hasLines[order] = 1;
  }

  /** A cell of a row: where it lies in {@link bytes}. */
  cellOf(row: number, column: number): { start: number; end: number } {
    const at = row * this.columns.length + column;
    return { start: this.#offsets[at], end: this.#offsets[at + 1] };
  }

  /** What is to be said when all files of lines have been read. */
  problems(): Diagnostic[] {
    let count = 0;
    for (let order = 0; order < this.#orders; order++) if (!this.#hasLines[order]) count++;
    if (count === 0) return [];
    const values = { count, of: this.#orders };
    return [
      {
        code: 'orders_without_lines',
        severity: 'warning',
        message: `${count} of ${this.#orders} orders have no line, and are not imported.`,
        hint: 'Add the file that has their lines, if there is one.',
        values,
      },
    ];
  }
}

/** Orders as one file of lines sees them: each in the first of its files of orders that has it. */
export class OrderIndex {
  constructor(
    private readonly pool: OrderPool,
    private readonly files: readonly number[],
  ) {}

  get columns(): readonly string[] {
    return this.pool.columns;
  }

  get bytes(): Uint8Array {
    return this.pool.bytes;
  }

  /** The row of an order, -1 where there is none of that id; the order has a line from then on. */
  rowOf(bytes: Uint8Array, start: number, end: number): number {
    const { pool, files } = this;
    const order = pool.numberOf(bytes, start, end);
    if (order < 0) return -1;
    for (const file of files) {
      const row = pool.rowIn(file, order);
      if (row < 0) continue;
      pool.hasLine(order);
      return row;
    }
    return -1;
  }

  cellOf(row: number, column: number): { start: number; end: number } {
    return this.pool.cellOf(row, column);
  }

  /** The lines' mapping with what they lack and their orders have. */
  joinedMapping(lines: Mapping): Mapping {
    const orders = this.pool.mapping;
    const taken = orderRoles.filter((role) => orders.roles[role] !== undefined && lines.roles[role] === undefined);
    const has = (role: keyof Mapping['roles']) => taken.includes(role);
    const ids = Object.entries(orders.ids ?? {}).map(([name, kind]): [string, string] => [columnOf(name), kind]);
    return {
      ...lines,
      columns: [...lines.columns, ...this.columns.map(columnOf)],
      roles: { ...lines.roles, ...Object.fromEntries(taken.map((role) => [role, columnOf(orders.roles[role]!)])) },
      ...(has('time') && { timeFormat: orders.timeFormat, timeZone: orders.timeZone }),
      ...(has('event') && { eventNames: orders.eventNames }),
      ...(!lines.currency && orders.currency && { currency: orders.currency }),
      ...(ids.length > 0 && { ids: { ...Object.fromEntries(ids), ...lines.ids } }),
      defaultEvent: lines.defaultEvent ?? orders.defaultEvent,
      // Kept columns are the lines' own; without the list all of a file of events were left out.
      keep: lines.keep ?? [],
    };
  }
}

/** Order lines with the cells of their orders behind their own. */
export class LinesWithOrders extends MadeRecords {
  /** Whether the line at hand names an order that is not there. */
  isOrphan = false;
  readonly #orderCell: number;
  readonly #width: number;

  /** @param mapping the joined one */
  constructor(
    inner: Records,
    private readonly orders: OrderIndex,
    mapping: Mapping,
  ) {
    const width = mapping.columns.length - orders.columns.length;
    super(inner, width, mapping.columns.length, mapping.quote);
    this.#width = width;
    this.#orderCell = mapping.columns.indexOf(mapping.roles.order!);
  }

  protected override makeRow(): void {
    const { orders, inner } = this;
    for (let cell = 0; cell < this.#width; cell++) this.copy(cell);
    const row = orders.rowOf(inner.bytes, inner.starts[this.#orderCell], inner.ends[this.#orderCell]);
    this.isOrphan = row < 0;
    for (let column = 0; column < orders.columns.length; column++) {
      if (row < 0) this.put('');
      else {
        const { start, end } = orders.cellOf(row, column);
        this.putBytes(orders.bytes, start, end, 0);
      }
    }
  }
}
