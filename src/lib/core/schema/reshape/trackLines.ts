import type { Records } from '../records';
import { lineAmountColumn } from './fillOrders';
import { MadeRecords } from './madeRecords';
import type { Reshape, ReshapeInput } from './reshape';

/** Who did it: the id of whoever was known, else the one of the device. */
export const personColumn = 'person';

/** Columns that are made of several: the first of them that is filled. */
type FirstOf = Readonly<Record<string, readonly string[]>>;

interface TrackColumns {
  firstOf: FirstOf;
  price: readonly string[];
  /** What the whole event is worth; counts only where its products have no prices. */
  amount: readonly string[];
  /** What stands for an empty cell. */
  blank?: string;
}

const productPaths = (...names: string[]) =>
  ['properties.products.', 'products.', 'properties.', ''].flatMap((path) => names.map((name) => path + name));

/** The columns that {@link trackLines} adds besides the person and the amount, and what they are made of. */
export const productColumns = {
  product: productPaths('product_id', 'sku'),
  'product price': productPaths('price'),
  'product quantity': productPaths('quantity'),
  // The event itself has no name of a product: `name` outside of the products is a page's.
  'product name': ['properties.products.name', 'products.name', 'properties.name'],
  'product category': productPaths('category'),
  'product brand': productPaths('brand'),
} as const;

/**
 * Events of Segment and RudderStack, one row a product: the person is `userId`, or `anonymousId` before anybody was
 * known. An order has its products in an array and a view has one beside its other properties; both become the same
 * columns. The revenue of an order is that of all its products together, so it counts only on a row without a price: an
 * order whose products were not sent along.
 */
export const trackLines = trackReshape('track-lines', {
  firstOf: { [personColumn]: ['userId', 'user_id', 'anonymousId', 'anonymous_id'], ...productColumns },
  price: productColumns['product price'],
  amount: ['properties.revenue', 'properties.total', 'properties.value', 'revenue', 'total', 'value'],
});

/** Parameters of a GA4 event that are made columns. */
const ga4Params = ['ga_session_id', 'transaction_id', 'currency', 'value', 'source', 'medium', 'campaign', 'search_term', 'page_location'];
const paramsColumn = 'event_params';

/**
 * Events of GA4's BigQuery export, one row an item: the person as above, and of `event_params` (an array of keys with one
 * of several values each, as JSON) the parameters that Muster knows, as columns `event_params.<key>`.
 */
export const ga4Events = trackReshape(
  'ga4-events',
  {
    firstOf: { [personColumn]: ['user_id', 'user_pseudo_id'] },
    price: ['items.price', 'price'],
    amount: ['ecommerce.purchase_revenue', 'event_params.value'],
    blank: '(not set)',
  },
  ga4Params.map((name) => `${paramsColumn}.${name}`),
);

function trackReshape(id: string, wanted: TrackColumns, params: readonly string[] = []): Reshape {
  const missing = (fileColumns: readonly string[]) =>
    fileColumns.includes(paramsColumn) ? params.filter((name) => !fileColumns.includes(name)) : [];
  return {
    id,
    used: Object.values(wanted.firstOf).flat(),
    columns: (fileColumns) => [...fileColumns, ...Object.keys(wanted.firstOf), lineAmountColumn, ...missing(fileColumns)],
    records: (inner, input) => new TrackLines(inner, input, wanted, missing(input.fileColumns)),
  };
}

class TrackLines extends MadeRecords {
  readonly #width: number;
  readonly #firstOf: number[][];
  readonly #prices: number[];
  readonly #amounts: number[];
  readonly #params: number;
  readonly #paramKeys: string[];
  readonly #blank: string | undefined;
  /** Parameters of the event at hand: its items have the same. */
  #read = { text: '', values: new Map<string, string>() };

  constructor(inner: Records, { fileColumns, mapping }: ReshapeInput, wanted: TrackColumns, params: readonly string[]) {
    const made = Object.values(wanted.firstOf);
    super(inner, fileColumns.length, fileColumns.length + made.length + 1 + params.length, mapping.quote);
    this.#width = fileColumns.length;
    const cells = (names: readonly string[]) => names.map((name) => fileColumns.indexOf(name)).filter((cell) => cell >= 0);
    this.#firstOf = made.map(cells);
    this.#prices = cells(wanted.price);
    this.#amounts = cells(wanted.amount);
    this.#params = fileColumns.indexOf(paramsColumn);
    this.#paramKeys = params.map((name) => name.slice(paramsColumn.length + 1));
    this.#blank = wanted.blank;
  }

  protected makeRow(): void {
    const isFilled = (cell: number) => !this.isEmpty(cell) && !this.#isBlank(cell);
    for (let cell = 0; cell < this.#width; cell++) this.copy(this.#isBlank(cell) ? -1 : cell);
    for (const cells of this.#firstOf) this.copy(cells.find(isFilled) ?? -1);
    const params = this.#paramKeys.length > 0 ? this.#paramsOf(this.textOf(this.#params)) : undefined;
    const amount = this.#amounts.find(isFilled) ?? -1;
    if (this.#prices.some(isFilled)) this.put('');
    else if (amount >= 0) this.copy(amount);
    else this.put(params?.get('value') ?? '');
    for (const key of this.#paramKeys) this.put(params?.get(key) ?? '');
  }

  #isBlank(cell: number): boolean {
    const { starts, ends } = this.inner;
    return this.#blank !== undefined && ends[cell] - starts[cell] === this.#blank.length && this.textOf(cell) === this.#blank;
  }

  #paramsOf(text: string): Map<string, string> {
    if (text !== this.#read.text) this.#read = { text, values: readParams(text) };
    return this.#read.values;
  }
}

interface Param {
  key?: unknown;
  value?: Record<string, unknown> | null;
}

/** The text of each parameter; none where the cell is no JSON of that shape. */
function readParams(text: string): Map<string, string> {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return new Map();
  }
  if (!Array.isArray(list)) return new Map();
  return new Map(
    (list as (Param | null)[]).flatMap((param): [string, string][] => {
      const value = param?.value;
      if (typeof param?.key !== 'string' || !value || typeof value !== 'object') return [];
      const found = value.string_value ?? value.int_value ?? value.double_value ?? value.float_value;
      return typeof found === 'string' || typeof found === 'number' ? [[param.key, String(found)]] : [];
    }),
  );
}
