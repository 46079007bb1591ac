import type { Diagnostic } from '../../base/errors';
import type { Records } from '../records';
import { MadeRecords } from '../reshape/madeRecords';
import type { Mapping } from '../roles';
import { isMissingWord } from './cells';
import { grown, TextPool } from './textPool';

/** What holds for an order as a whole. Amounts and pieces are not among it: those of a line are its own. */
export const orderRoles = [
  ...['user', 'time', 'event', 'currency', 'session', 'channel', 'campaign', 'device'],
  ...['email', 'phone', 'country', 'consentEmail', 'consentSms', 'consentPush'],
] as (keyof Mapping['roles'])[];

/** How a column of the orders' file is called beside those of the lines. */
const columnOf = (name: string) => `order: ${name}`;

/**
 * Orders by their id, from a file that says whose they are and when they were, for files of order lines that say neither.
 * The cells are kept as they are written; each is kept once for all lines of its order.
 */
export class OrderIndex {
  readonly #ids = new TextPool(1 << 14);
  #bytes = new Uint8Array(1 << 16);
  #used = 0;
  /** Where the cells of an order begin, `columns` of them each, and the end of the last one. */
  #offsets = new Float64Array(1 << 12);
  #hasLines = new Uint8Array(1 << 10);
  #orders = 0;

  /** @param mapping of the orders' file; a mapping of events with an order id */
  constructor(
    readonly mapping: Mapping,
    readonly columns: readonly string[],
  ) {}

  get size(): number {
    return this.#orders;
  }

  /** Of two rows with one id the first counts. */
  add(reader: Records, orderCell: number, cells: readonly number[]): void {
    const order = this.#ids.intern(reader.bytes, reader.starts[orderCell], reader.ends[orderCell]);
    if (order < this.#orders) return;
    this.#orders++;
    const width = this.columns.length;
    if (this.#orders * width >= this.#offsets.length) this.#offsets = grown(this.#offsets, this.#orders * width + 1);
    cells.forEach((cell, at) => {
      const start = reader.starts[cell];
      const length = cell < reader.cells ? reader.ends[cell] - start : 0;
      if (this.#used + length > this.#bytes.length) this.#bytes = grown(this.#bytes, this.#used + length);
      this.#bytes.set(reader.bytes.subarray(start, start + length), this.#used);
      this.#offsets[order * width + at] = this.#used;
      this.#used += length;
    });
    this.#offsets[this.#orders * width] = this.#used;
  }

  /** The number of an order, -1 where there is none of that id; it has a line from then on. */
  orderOf(bytes: Uint8Array, start: number, end: number): number {
    if (start === end || isMissingWord(bytes, start, end)) return -1;
    // An id that no order has becomes one more text, beyond those of the orders.
    const order = this.#ids.intern(bytes, start, end);
    if (order >= this.#orders) return -1;
    if (this.#orders > this.#hasLines.length) this.#hasLines = grown(this.#hasLines, this.#orders);
    this.#hasLines[order] = 1;
    return order;
  }

  /** A cell of an order: where it lies in {@link bytes}. */
  cellOf(order: number, column: number): { start: number; end: number } {
    const at = order * this.columns.length + column;
    return { start: this.#offsets[at], end: this.#offsets[at + 1] };
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The lines' mapping with what they lack and their orders have. */
  joinedMapping(lines: Mapping): Mapping {
    const orders = this.mapping;
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
    const order = orders.orderOf(inner.bytes, inner.starts[this.#orderCell], inner.ends[this.#orderCell]);
    this.isOrphan = order < 0;
    for (let column = 0; column < orders.columns.length; column++) {
      if (order < 0) this.put('');
      else {
        const { start, end } = orders.cellOf(order, column);
        this.putBytes(orders.bytes, start, end, 0);
      }
    }
  }
}
