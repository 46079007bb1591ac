import { plainWord } from '../inspect/headerWords';
import { numberReaders } from '../parse/numbers';
import type { Records } from '../records';
import { KeptRow, MadeRecords } from './madeRecords';
import type { Reshape, ReshapeInput } from './reshape';

/** What an order line is: a sale, or a line of an order that never came to be. */
export const orderEventColumn = 'order event';
/** Quantity × price less the line's own discount; what was refunded, on the row of a refund. */
export const lineAmountColumn = 'line amount';
/** Who ordered, by what they can be reached by: the e-mail, else the phone of the order, of the bill or of the parcel. */
export const orderContactColumn = 'order contact';
/** The event of lines of orders that were voided, or cancelled before anything was paid: they are no orders. */
export const voidedOrder = 'order_voided';

/**
 * Order lines of Shopify, whose order-level cells stand on the first line of an order only. They are repeated to its
 * other lines (next to each other, as the export writes them) by the order's name. Amounts of the whole order (Total,
 * Subtotal, Shipping, Taxes, Refunded Amount …) are not repeated, so that whoever adds a column up counts an order once.
 *
 * The refunded amount of an order becomes a row of its own, `order_refunded` at the order's `Cancelled at` or, without
 * one, at its time: the export does not say when it was paid back. It is at most the Subtotal, since shipping and taxes
 * are in no line. Where all of an order with a discount came back it names no amount, which takes the whole order back:
 * its lines are worth more than its Subtotal, by the discount that no line has.
 */
export const fillOrders: Reshape = {
  id: 'fill-orders',
  columns: (fileColumns) => [...fileColumns, orderEventColumn, lineAmountColumn, orderContactColumn],
  records: (inner, input) => new FilledOrders(inner, input),
};

const orderAmounts = /^(subtotal|shipping|taxes|total|discountamount|refundedamount|outstandingbalance|duties|tax\d+value)$/;
/** Payments that stand for an order; pending ones are paid on delivery or by transfer. */
const voidStatuses = new Set(['voided', 'expired']);

class FilledOrders extends MadeRecords {
  readonly #order: number;
  readonly #time: number;
  readonly #status: number;
  readonly #cancelled: number;
  readonly #refunded: number;
  readonly #subtotal: number;
  readonly #discount: number;
  readonly #contacts: number[];
  readonly #line: { quantity: number; price: number; discount: number };
  /** Whether a column's cell of the first line holds for the whole order. */
  readonly #fills: boolean[];
  readonly #first: KeptRow;
  readonly #decimal: 'point' | 'comma';
  #orderAtHand = '';
  #event = '';
  #contact = '';
  /** Ten-thousandths that the order at hand was paid back, until that row has been given. */
  #refund = 0;
  #isWhole = false;
  #wasCancelled = false;

  constructor(inner: Records, { fileColumns, mapping }: ReshapeInput) {
    super(inner, fileColumns.length, fileColumns.length + 3, mapping.quote);
    const plain = fileColumns.map(plainWord);
    const at = (...words: string[]) => plain.findIndex((name) => words.includes(name));
    const role = (name: string | undefined) => (name === undefined ? -1 : fileColumns.indexOf(name));
    this.#order = role(mapping.roles.order) >= 0 ? role(mapping.roles.order) : at('name');
    this.#time = role(mapping.roles.time) >= 0 ? role(mapping.roles.time) : at('createdat');
    this.#status = at('financialstatus');
    this.#cancelled = at('cancelledat', 'canceledat');
    this.#refunded = at('refundedamount');
    this.#subtotal = at('subtotal');
    this.#discount = at('discountamount');
    this.#contacts = ['email', 'phone', 'billingphone', 'shippingphone'].map((word) => at(word)).filter((cell) => cell >= 0);
    this.#line = { quantity: at('lineitemquantity'), price: at('lineitemprice'), discount: at('lineitemdiscount') };
    this.#fills = plain.map((name) => !name.startsWith('lineitem') && !orderAmounts.test(name));
    this.#first = new KeptRow(fileColumns.length);
    this.#decimal = mapping.decimal ?? 'point';
  }

  protected makeRow(): void {
    const order = this.textOf(this.#order);
    const goesOn = order !== '' && order === this.#orderAtHand;
    if (!goesOn) this.#beginOrder(order);
    this.#fills.forEach((fills, cell) => this.copy(cell, goesOn && fills && this.isEmpty(cell) ? this.#first : this.inner));
    this.put(this.#event);
    this.put(this.#amountText(this.#lineAmount()));
    this.put(this.#contact);
  }

  protected override addRow(): boolean {
    if (this.#refund <= 0) return false;
    this.begin();
    const dated = this.#first.ends[this.#cancelled] > this.#first.starts[this.#cancelled];
    this.#fills.forEach((fills, cell) => {
      const source = cell === this.#time && dated ? this.#cancelled : cell;
      this.copy(fills ? source : -1, this.#first);
    });
    this.put(this.#wasCancelled ? 'order_cancelled' : 'order_refunded');
    this.put(this.#isWhole ? '' : this.#amountText(this.#refund));
    this.put(this.#contact);
    this.#refund = 0;
    return true;
  }

  #beginOrder(order: string): void {
    this.#orderAtHand = order;
    this.#first.keep(this.inner);
    this.#contact = this.textOf(this.#contacts.find((cell) => !this.isEmpty(cell)) ?? -1);
    const status = this.textOf(this.#status).toLowerCase();
    const refunded = this.#amountAt(this.#refunded);
    const subtotal = this.#amountAt(this.#subtotal);
    this.#wasCancelled = !this.isEmpty(this.#cancelled);
    const neverPaid = this.#wasCancelled && !(refunded > 0);
    this.#event = voidStatuses.has(status) || neverPaid ? voidedOrder : 'order_completed';
    this.#refund = this.#event === voidedOrder || !(refunded > 0) ? 0 : subtotal >= 0 ? Math.min(refunded, subtotal) : refunded;
    this.#isWhole = refunded >= subtotal && this.#amountAt(this.#discount) > 0;
  }

  #lineAmount(): number {
    const { quantity, price, discount } = this.#line;
    const pieces = this.#numberAt(quantity);
    const off = this.#amountAt(discount);
    const amount = Math.round((Number.isNaN(pieces) ? 1 : pieces) * this.#amountAt(price));
    return Number.isNaN(off) ? amount : amount - off;
  }

  #numberAt(cell: number): number {
    const { bytes, starts, ends } = this.inner;
    return cell < 0 ? NaN : numberReaders(this.#decimal).number(bytes, starts[cell], ends[cell]);
  }

  #amountAt(cell: number): number {
    const { bytes, starts, ends } = this.inner;
    return cell < 0 ? NaN : numberReaders(this.#decimal).tenThousandths(bytes, starts[cell], ends[cell]);
  }

  #amountText(tenThousandths: number): string {
    if (Number.isNaN(tenThousandths)) return '';
    const text = (tenThousandths / 10_000).toFixed(4);
    return this.#decimal === 'comma' ? text.replace('.', ',') : text;
  }
}
