import { orderEvent, refundEvents } from '../events';
import { plainWord } from '../inspect/headerWords';
import { standardEventOf } from '../parse/eventNames';
import { numberReaders } from '../parse/numbers';
import type { Records } from '../records';
import type { Mapping } from '../roles';
import { lineAmountColumn, orderEventColumn } from './fillOrders';
import { MadeRecords } from './madeRecords';
import type { Reshape, ReshapeInput } from './reshape';

/** How 淘宝 and 有赞 call what a refund needs, as headers have it. */
export const refundWords = {
  refund: ['商品已退款金额', '订单已退款金额', '退款金额'],
  state: ['商品退款状态', '订单退款状态', '退款状态'],
  event: ['订单商品状态', '订单状态'],
  paid: ['商品实际成交金额', '买家实际支付金额', '买家实付金额', '订单实付金额', '订单实收金额', '买家应付货款'],
} as const;

/**
 * Orders, or lines of orders, with what was paid back of each beside what was paid. That becomes a row of its own behind
 * the sale, `order_refunded` at the sale's time (the exports do not say when it was paid back), for the same order and
 * thing and of the same person:
 *
 * - Only of a sale. An order that was closed (never paid, or paid back whole) is none, and has nothing to give back.
 * - 退款金额 counts where its state says that it succeeded, or nothing; 已退款金额 is what was paid back already.
 * - It is the line's. One that is larger than what its line brought is the whole order's, written on its first line or
 *   repeated on each: then it counts once, and goes on to the order's next lines.
 * - It is at most what the order's lines brought so far: postage is in no line.
 *
 * Lines of one order stand next to each other, as the exports write them.
 */
export const lineRefunds: Reshape = {
  id: 'line-refunds',
  columns: (fileColumns) => [...fileColumns, orderEventColumn, lineAmountColumn],
  used: [...refundWords.event, '商品实际成交金额', '买家实际支付金额', '订单实付金额'],
  records: (inner, input) => new LineRefunds(inner, input),
};

/** Of the sale alone. */
const measures = ['price', 'quantity', 'value'];
/** States of a refund that went through: 退款成功, 退款完成, 已退款, 已全额退款 …; 买家已经申请退款 is none. */
const succeeded = /成功|完成|已(全额|部分)?退/;

class LineRefunds extends MadeRecords {
  readonly #cell: Record<'order' | 'event' | 'paid' | 'price' | 'quantity' | 'refund' | 'state', number>;
  /** Whether a column's cell is written beside a refund: who, which order, which thing, when. */
  readonly #tells: boolean[];
  readonly #isPaidBackAlready: boolean;
  readonly #eventNames: Record<string, string>;
  readonly #decimal: 'point' | 'comma';
  #orderAtHand = '';
  /** Ten-thousandths that the lines of the order at hand brought, and gave back. */
  #paid = 0;
  #taken = 0;
  /** What was paid back of the whole order, as far as a line said it; 0 while all said what was paid back of themselves. */
  #ofOrder = 0;
  /** Ten-thousandths of the refund of the row at hand, until its row has been given. */
  #refund = 0;

  constructor(inner: Records, { fileColumns, mapping }: ReshapeInput) {
    super(inner, fileColumns.length, fileColumns.length + 2, mapping.quote);
    const plain = fileColumns.map(plainWord);
    const named = (words: readonly string[]) => words.map((word) => plain.indexOf(word)).find((cell) => cell >= 0) ?? -1;
    const role = (name: keyof Mapping['roles']) => fileColumns.indexOf(mapping.roles[name] ?? '');
    const { refund, state, event, paid } = refundWords;
    this.#cell = { order: role('order'), price: role('price'), quantity: role('quantity'), event: named(event), paid: named(paid), refund: named(refund), state: named(state) }; // prettier-ignore
    this.#isPaidBackAlready = plain[this.#cell.refund]?.includes('已退') ?? false;
    const telling = Object.entries(mapping.roles).filter(([name]) => !measures.includes(name));
    const told = new Set([...telling.map(([, column]) => column), ...Object.keys(mapping.ids ?? {})]);
    this.#tells = fileColumns.map((name) => told.has(name));
    this.#eventNames = mapping.eventNames ?? {};
    this.#decimal = mapping.decimal ?? 'point';
  }

  protected makeRow(): void {
    const { event, paid } = this.#cell;
    for (let cell = 0; cell < this.#tells.length; cell++) this.copy(cell);
    this.copy(event);
    this.copy(paid);
    this.#refund = this.#refundOfRow();
  }

  protected override addRow(): boolean {
    if (this.#refund <= 0) return false;
    this.begin();
    this.#tells.forEach((tells, cell) => this.copy(tells ? cell : -1));
    this.put(refundEvents[0]);
    const text = (this.#refund / 10_000).toFixed(4);
    this.put(this.#decimal === 'comma' ? text.replace('.', ',') : text);
    this.#refund = 0;
    return true;
  }

  #refundOfRow(): number {
    const order = this.textOf(this.#cell.order);
    if (order === '' || order !== this.#orderAtHand) {
      this.#orderAtHand = order;
      this.#paid = this.#taken = this.#ofOrder = 0;
    }
    if (!this.#isSale()) return 0;
    const brought = this.#lineAmount();
    const said = this.#isPaidBack() ? Math.max(0, this.#amountAt(this.#cell.refund)) : 0;
    this.#paid += brought;
    if (said > brought) this.#ofOrder = Math.max(this.#ofOrder, said);
    const due = this.#ofOrder > 0 ? this.#ofOrder - this.#taken : said;
    const refund = Math.max(0, Math.min(due, this.#paid - this.#taken));
    this.#taken += refund;
    return refund;
  }

  #isSale(): boolean {
    const word = this.textOf(this.#cell.event);
    return (this.#eventNames[word] ?? standardEventOf(word) ?? word) === orderEvent;
  }

  #isPaidBack(): boolean {
    const { state } = this.#cell;
    return this.#isPaidBackAlready || this.isEmpty(state) || succeeded.test(this.textOf(state));
  }

  #lineAmount(): number {
    const { paid, price, quantity } = this.#cell;
    if (paid >= 0 && !this.isEmpty(paid)) return Math.max(0, this.#amountAt(paid));
    const { bytes, starts, ends } = this.inner;
    const pieces =
      quantity < 0 || this.isEmpty(quantity) ? 1 : numberReaders(this.#decimal).number(bytes, starts[quantity], ends[quantity]);
    const amount = Math.round((Number.isNaN(pieces) ? 1 : pieces) * this.#amountAt(price));
    return Math.max(0, amount);
  }

  /** Ten-thousandths; 0 for what is no amount. */
  #amountAt(cell: number): number {
    const { bytes, starts, ends } = this.inner;
    const amount = cell < 0 ? NaN : numberReaders(this.#decimal).tenThousandths(bytes, starts[cell], ends[cell]);
    return Number.isNaN(amount) ? 0 : amount;
  }
}
