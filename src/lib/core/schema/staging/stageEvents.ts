import { UserError, type Diagnostic } from '../../base/errors';
import { moneyBound, quantityBound } from '../bounds';
import { readCurrency } from '../currencies';
import type { Records } from '../records';
import { defaultEventOf, orderEvent, refundEvents } from '../events';
import { standardEventOf } from '../parse/eventNames';
import { numberReaders, type NumberReader } from '../parse/numbers';
import { earliestTime, latestTime, timeParser, type TimeParser } from '../parse/times';
import type { TimeZone } from '../parse/timeZone';
import { orderContactColumn } from '../reshape/fillOrders';
import type { EventRole, Mapping } from '../roles';
import { AttributeStager, inlineAttributes } from './attributes';
import { brokenCell, CellInterner, emptyCell, isMissingWord } from './cells';
import { NumberColumnBuilder, TextColumnBuilder } from './columns';
import { identityOf, linkStagers, type LinkStager } from './links';
import { propertyNames } from './propertyNames';
import { stagedNumberColumns, stagedTextColumns, type RejectCode, type StagedEvents, type StagedSource } from './staged';
import type { Stager } from './stager';
import { TextPool } from './textPool';

/** In ten-thousandths, as money is staged. */
const largestMoney = moneyBound * 10_000;

interface TextCell {
  /** Undefined for a property. */
  name?: (typeof stagedTextColumns)[number];
  property?: string;
  cell: number;
  cells: CellInterner;
  builder: TextColumnBuilder;
}

/**
 * Stages a file of events. A row is kept whole or rejected with its first fault. Sales that are negative, or whose
 * order id begins with the mapping's prefix, become refunds: positive quantity, negative value. The value of a sale
 * is quantity × price where no column gives it. Amounts stay in the row's own currency, and the kept columns are text
 * still (`typedProperties` needs to see all of a file).
 */
export class EventStager implements Stager {
  negativeQuantities = 0;
  faultyCell = -1;
  readonly #user: CellInterner;
  readonly #users = new TextColumnBuilder(new TextPool(1 << 16));
  readonly #item: CellInterner | undefined;
  readonly #items = new TextColumnBuilder(new TextPool(1 << 14));
  readonly #times = new NumberColumnBuilder();
  readonly #parseTime: TimeParser;
  readonly #parseNumber: NumberReader;
  readonly #parseMoney: NumberReader;
  readonly #event: CellInterner;
  readonly #events = new TextColumnBuilder();
  /** The file's word → the canonical name, by code. */
  readonly #eventOfWord: number[] = [];
  readonly #defaultEvent: number;
  readonly #order: number;
  readonly #refund: number;
  readonly #refunds: Set<number>;
  /** Optional columns, then the properties. */
  readonly #texts: TextCell[] = [];
  /** One row's codes of the texts, until the row is known to be kept. */
  readonly #textCodes: Int32Array;
  readonly #numbers = new Map<string, NumberColumnBuilder>();
  // The same builders by name: a map would be asked for each of them in each row.
  readonly #quantities: NumberColumnBuilder | undefined;
  readonly #prices: NumberColumnBuilder | undefined;
  readonly #values: NumberColumnBuilder | undefined;
  readonly #ratings: NumberColumnBuilder | undefined;
  readonly #attributes: AttributeStager[];
  readonly #links: LinkStager[];
  readonly #cell: Record<EventRole, number>;
  readonly #cancelled: Uint8Array | undefined;
  /** Code of the plan's currency, in capitals. */
  readonly #planCurrency: Uint8Array;
  /** Other currencies, where rows can have one. */
  readonly #currencies: TextColumnBuilder | undefined;
  readonly #currencyWord: CellInterner;
  /** Of a cell's text, the code of the currency that it means. */
  readonly #currencyOfWord: number[] = [];
  /** Of rows whose own cell says nothing. */
  readonly #fileCurrency: number;
  /** What a row without a user is: an order over the counter is not broken. */
  readonly #noUser: RejectCode;
  /** Whether the number that was just refused is one, only too large. */
  #isTooLarge = false;

  constructor(
    private readonly mapping: Mapping,
    zone: TimeZone,
    currency: string,
  ) {
    const cellOf = (role: string) => cellOfRole(mapping, role);
    const quote = mapping.quote === '' ? -1 : mapping.quote.charCodeAt(0);
    const trim = mapping.trimFloatIds ?? false;
    this.#cell = Object.fromEntries(eventCells.map((role) => [role, cellOf(role)])) as Record<EventRole, number>;
    if (this.#cell.user < 0) throw unmapped('user');
    if (this.#cell.time < 0 || !mapping.timeFormat) throw unmapped('time');
    this.#user = new CellInterner(this.#users.pool, quote, trim);
    this.#noUser = mapping.roles.user === orderContactColumn ? 'no_customer' : 'missing_user';
    if (this.#cell.item >= 0) this.#item = new CellInterner(this.#items.pool, quote, trim);
    this.#parseTime = timeParser(mapping.timeFormat, zone);
    ({ number: this.#parseNumber, tenThousandths: this.#parseMoney } = numberReaders(mapping.decimal));
    this.#event = new CellInterner(new TextPool(64), quote);
    const eventPool = this.#events.pool;
    this.#order = eventPool.internText(orderEvent);
    this.#refund = eventPool.internText(refundEvents[0]);
    this.#refunds = new Set(refundEvents.map((event) => eventPool.internText(event)));
    this.#defaultEvent = eventPool.internText(mapping.defaultEvent ?? defaultEventOf(mapping));
    for (const name of stagedTextColumns) {
      if (this.#cell[name] < 0) continue;
      const builder = new TextColumnBuilder();
      this.#texts.push({ name, cell: this.#cell[name], cells: new CellInterner(builder.pool, quote, trim && name === 'order'), builder });
    }
    for (const [column, property] of propertyNames(mapping)) {
      const builder = new TextColumnBuilder();
      this.#texts.push({ property, cell: mapping.columns.indexOf(column), cells: new CellInterner(builder.pool, quote), builder });
    }
    this.#textCodes = new Int32Array(this.#texts.length);
    for (const name of stagedNumberColumns) if (this.#cell[name] >= 0) this.#numbers.set(name, new NumberColumnBuilder());
    if (this.#cell.price >= 0 && !this.#numbers.has('value')) this.#numbers.set('value', new NumberColumnBuilder());
    this.#quantities = this.#numbers.get('quantity');
    this.#prices = this.#numbers.get('price');
    this.#values = this.#numbers.get('value');
    this.#ratings = this.#numbers.get('rating');
    this.#attributes = inlineAttributes(mapping, zone);
    this.#links = linkStagers(mapping, this.#users.pool);
    this.#cancelled = mapping.cancelledOrderPrefix ? new TextEncoder().encode(mapping.cancelledOrderPrefix) : undefined;
    this.#planCurrency = new TextEncoder().encode(currency);
    const isOther = mapping.currency !== undefined && mapping.currency !== currency;
    if (this.#cell.currency >= 0 || isOther) this.#currencies = new TextColumnBuilder(new TextPool(16));
    this.#currencyWord = new CellInterner(new TextPool(16), quote);
    // A person chose it, so that it need not be one that is in use today.
    this.#fileCurrency = isOther ? this.#currencies!.pool.internText(mapping.currency!) : planCurrency;
  }

  row(reader: Records, rowNumber: number): RejectCode | undefined {
    const cell = this.#cell;
    const { bytes, starts, ends } = reader;
    this.faultyCell = cell.user;
    const user = this.#user.internOfMany(reader, cell.user);
    if (user < 0) return user === brokenCell ? 'bad_encoding' : this.#noUser;

    let item = -1;
    if (this.#item) {
      this.faultyCell = cell.item;
      item = this.#item.internOfMany(reader, cell.item);
      if (item === brokenCell) return 'bad_encoding';
    }

    this.faultyCell = cell.time;
    const ts = this.#parseTime(bytes, starts[cell.time], ends[cell.time]);
    if (!(ts >= earliestTime && ts < latestTime)) {
      if (ts === ts) return 'time_out_of_range';
      return isEmpty(reader, cell.time) ? 'missing_time' : 'bad_time';
    }

    let event = this.#defaultEvent;
    if (cell.event >= 0) {
      this.faultyCell = cell.event;
      const word = this.#event.intern(reader, cell.event);
      if (word < 0) return word === brokenCell ? 'bad_encoding' : 'missing_event';
      event = this.#eventOfWord[word] ?? this.#learnEvent(word);
    }

    let currency = planCurrency;
    if (this.#currencies) {
      currency = this.#currencyOf(reader);
      if (currency === unknownCurrency) {
        this.faultyCell = cell.currency;
        return 'bad_currency';
      }
    }
    let quantity = this.#number(reader, cell.quantity, this.#parseNumber, quantityBound);
    const price = this.#number(reader, cell.price, this.#parseMoney, largestMoney);
    let value = this.#number(reader, cell.value, this.#parseMoney, largestMoney);
    const rating = this.#number(reader, cell.rating, this.#parseNumber, quantityBound);
    if (quantity === faulty || price === faulty || value === faulty || rating === faulty)
      return this.#isTooLarge ? 'number_out_of_range' : 'bad_number';
    const isTrade = event === this.#order || this.#refunds.has(event);
    if (isTrade && value !== value && price === price) {
      value = roundedProduct(quantity === quantity ? quantity : 1, price);
      if (!(value > -largestMoney && value < largestMoney)) {
        this.faultyCell = cell.price;
        return 'number_out_of_range';
      }
    }

    const texts = this.#texts;
    const textCodes = this.#textCodes;
    for (let t = 0; t < texts.length; t++) {
      const { cells, cell } = texts[t];
      // Kept columns may be missing at the end of a row.
      const code = cell < reader.cells ? cells.intern(reader, cell) : emptyCell;
      if (code === brokenCell) {
        this.faultyCell = cell;
        return 'bad_encoding';
      }
      textCodes[t] = code;
    }

    // From here on the row is kept.
    if (quantity < 0) this.negativeQuantities++;
    if (isTrade) {
      if (event === this.#order && (quantity < 0 || value < 0 || this.#isCancelled(reader))) event = this.#refund;
      if (event !== this.#order) {
        quantity = Math.abs(quantity);
        value = 0 - Math.abs(value);
      }
    }
    this.#users.push(user);
    if (this.#item) this.#items.push(item);
    this.#times.push(ts);
    this.#events.push(event);
    for (let t = 0; t < texts.length; t++) texts[t].builder.push(textCodes[t]);
    this.#quantities?.push(quantity);
    this.#prices?.push(price);
    this.#values?.push(value);
    this.#ratings?.push(rating);
    // What carries no amount is in no currency.
    this.#currencies?.push(price === price || value === value ? currency : planCurrency);
    for (const attribute of this.#attributes)
      attribute.row(reader, attribute.of === 'users' ? user : item, rowNumber, ts, event === this.#order);
    for (const links of this.#links) links.row(reader, user);
    return undefined;
  }

  *finish(): Generator<void, StagedSource> {
    const event = this.#events.finish();
    yield;
    const user = this.#users.finish();
    yield;
    const events: StagedEvents = { rows: event.codes.length, user, event, ts: this.#times.finish() };
    const staged: StagedSource = { sourceId: '', events };
    yield;
    if (this.#item) events.item = this.#items.finish();
    for (const { name, property, builder } of this.#texts) {
      yield;
      if (name) events[name] = builder.finish();
      else (events.properties ??= new Map()).set(property!, builder.finish());
    }
    if (this.#currencies) events.currency = this.#currencies.finish();
    for (const name of stagedNumberColumns) {
      yield;
      const builder = this.#numbers.get(name);
      if (builder) events[name] = builder.finish();
    }
    Object.assign(staged, identityOf(this.mapping, this.#links));
    for (const kind of ['users', 'items'] as const) {
      yield;
      const own = this.#attributes.filter((attribute) => attribute.of === kind);
      if (own.length > 0) staged[kind] = AttributeStager.finish(own, kind === 'users' ? this.#users.pool : this.#items.pool);
    }
    return staged;
  }

  problems(): Diagnostic[] {
    return this.#attributes.flatMap(({ cells }) => cells.problems());
  }

  #number(reader: Records, cell: number, parse: NumberReader, bound: number): number {
    if (cell < 0) return NaN;
    const start = reader.starts[cell];
    const end = reader.ends[cell];
    if (start === end) return NaN;
    const number = parse(reader.bytes, start, end);
    if (number > -bound && number < bound) return number;
    if (number !== number && isEmpty(reader, cell)) return NaN;
    this.faultyCell = cell;
    this.#isTooLarge = number === number;
    return faulty;
  }

  #learnEvent(word: number): number {
    const text = this.#event.pool.text(word);
    const name = this.mapping.eventNames?.[text] ?? standardEventOf(text) ?? text;
    return (this.#eventOfWord[word] = this.#events.pool.internText(name));
  }

  #isCancelled(reader: Records): boolean {
    const prefix = this.#cancelled;
    if (!prefix || this.#cell.order < 0) return false;
    const start = reader.starts[this.#cell.order];
    if (reader.ends[this.#cell.order] - start < prefix.length) return false;
    return prefix.every((byte, i) => reader.bytes[start + i] === byte);
  }

  #currencyOf(reader: Records): number {
    const cell = this.#cell.currency;
    if (cell < 0 || isEmpty(reader, cell)) return this.#fileCurrency;
    if (this.#isPlanCurrency(reader)) return planCurrency;
    const word = this.#currencyWord.intern(reader, cell);
    if (word < 0) return unknownCurrency;
    return (this.#currencyOfWord[word] ??= this.#currencyCode(this.#currencyWord.pool.text(word)));
  }

  #currencyCode(text: string): number {
    const code = readCurrency(text);
    if (code === undefined) return unknownCurrency;
    const bytes = new TextEncoder().encode(code);
    const isPlan = bytes.length === this.#planCurrency.length && bytes.every((byte, i) => byte === this.#planCurrency[i]);
    return isPlan ? planCurrency : this.#currencies!.pool.internText(code);
  }

  #isPlanCurrency(reader: Records): boolean {
    const start = reader.starts[this.#cell.currency];
    if (reader.ends[this.#cell.currency] - start !== this.#planCurrency.length) return false;
    return this.#planCurrency.every((byte, i) => (reader.bytes[start + i] & ~32) === byte);
  }
}

/** The position of a role's column in the file, -1 where the role is not mapped. @throws UserError `mapping_unknown_column` */
export function cellOfRole(mapping: Mapping, role: string): number {
  const name = mapping.roles[role as keyof Mapping['roles']];
  if (name === undefined) return -1;
  const cell = mapping.columns.indexOf(name);
  if (cell >= 0) return cell;
  throw new UserError(
    'mapping_unknown_column',
    `The mapping gives the role "${role}" to a column "${name}", which the file does not have.`,
    'Choose one of the columns of the file.',
    { role, column: name },
  );
}

/** Which roles a kind of file cannot do without. */
export function unmapped(role: 'user' | 'item' | 'time'): UserError {
  return new UserError(
    `mapping_no_${role}`,
    `No column is mapped to "${role}".`,
    role === 'time'
      ? 'Choose the column that says when each event happened; a file without times cannot be imported as events.'
      : `Choose the column that holds the ${role}'s id.`,
    { role },
  );
}

const faulty = Infinity;
/** Codes of currencies besides those of other ones. */
const planCurrency = -1;
const unknownCurrency = -2;
const eventCells = ['user', 'item', 'event', 'time', 'quantity', 'price', 'value', 'currency', 'rating', ...stagedTextColumns] as const;

function isEmpty(reader: Records, cell: number): boolean {
  const { bytes } = reader;
  const end = reader.ends[cell];
  let start = reader.starts[cell];
  while (start < end && bytes[start] === 32) start++;
  return start === end || isMissingWord(bytes, start, end);
}

function roundedProduct(quantity: number, price: number): number {
  const product = quantity * price;
  return product < 0 ? 0 - Math.round(-product) : Math.round(product) + 0;
}
