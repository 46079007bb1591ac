import { plainWord } from '../inspect/headerWords';
import type { Records } from '../records';
import { MadeRecords } from './madeRecords';
import type { Reshape, ReshapeInput } from './reshape';

export const orderedAtColumn = 'ordered at';

/**
 * Instacart says of its orders on which day of the week they were made, at which hour, and how many days after the
 * user's one before (30 and more is 30), but of none the date. Here a user's first order lies in the week that begins on
 * Sunday 2017-01-01, and the others follow by their days. So spans between a user's orders are those of the data (up to
 * 30 days), and dates of different users can not be compared.
 */
export const instacartOrders: Reshape = {
  id: 'instacart-orders',
  columns: (fileColumns) => [...fileColumns, orderedAtColumn],
  records: (inner, input) => new DatedOrders(inner, input),
};

/** The stated anchor. */
const firstSunday = Date.UTC(2017, 0, 1);
const day = 86_400_000;

class DatedOrders extends MadeRecords {
  readonly #width: number;
  readonly #cell: Record<'user' | 'number' | 'weekday' | 'hour' | 'days', number>;
  /** The number and the day of each user's latest order. */
  readonly #latest = new Map<string, { number: number; day: number }>();

  constructor(inner: Records, { fileColumns, mapping }: ReshapeInput) {
    super(inner, fileColumns.length, fileColumns.length + 1, mapping.quote);
    this.#width = fileColumns.length;
    const at = (word: string) => fileColumns.findIndex((name) => plainWord(name) === word);
    this.#cell = { user: at('userid'), number: at('ordernumber'), weekday: at('orderdow'), hour: at('orderhourofday'), days: at('dayssincepriororder') }; // prettier-ignore
  }

  protected makeRow(): void {
    for (let cell = 0; cell < this.#width; cell++) this.copy(cell);
    this.put(this.#time());
  }

  /** Empty where the orders of a user are not in their order: then nobody can say when this one was. */
  #time(): string {
    const { user, number, weekday, hour, days } = this.#cell;
    const name = this.textOf(user);
    const count = Number(this.textOf(number));
    const before = this.#latest.get(name);
    const since = Number(this.textOf(days) || 0);
    if (count !== (before?.number ?? 0) + 1 || !(since >= 0)) return '';
    const date = before ? before.day + since : Number(this.textOf(weekday));
    const time = new Date(firstSunday + date * day + Number(this.textOf(hour)) * 3_600_000);
    if (Number.isNaN(time.getTime())) return '';
    this.#latest.set(name, { number: count, day: date });
    return time.toISOString().slice(0, 19).replace('T', ' ');
  }
}
