/**
 * The canonical tables, as SQL types (DESIGN §3). Ids are text exactly as given; `user_index` and `item_index` are
 * numbers given once, which stay with their ids when data comes or goes (docs/decisions/0012), -1 where there is no item.
 * A number is not a rank: order in files and every rule for ties goes by id.
 */
export const canonicalTables = {
  events: {
    user_index: 'INTEGER',
    item_index: 'INTEGER',
    event: 'VARCHAR',
    /** UTC. */
    ts: 'TIMESTAMP',
    /** The same instant in the plan's time zone. */
    local_ts: 'TIMESTAMP',
    quantity: 'DOUBLE',
    price: 'DECIMAL(18,4)',
    /** Money of the line: positive for sales, negative for refunds; NULL where the event carries none. */
    value: 'DECIMAL(18,4)',
    order_id: 'VARCHAR',
    session_id: 'VARCHAR',
    channel: 'VARCHAR',
    campaign: 'VARCHAR',
    device: 'VARCHAR',
    rating: 'DOUBLE',
    /**
     * In which currency the file had price and value, where it is not the plan's. Both are in the plan's here: multiplied
     * by its rate and rounded half away from zero, NULL where it has none. Never set where a line carries no amount.
     */
    currency: 'VARCHAR',
    /** Which source the row came from: its place among the version's sources. */
    source_index: 'INTEGER',
  },
  users: {
    user_index: 'INTEGER',
    user_id: 'VARCHAR',
    email: 'VARCHAR',
    phone: 'VARCHAR',
    country: 'VARCHAR',
    consent_email: 'BOOLEAN',
    consent_sms: 'BOOLEAN',
    consent_push: 'BOOLEAN',
    created_at: 'TIMESTAMP',
  },
  items: {
    item_index: 'INTEGER',
    item_id: 'VARCHAR',
    title: 'VARCHAR',
    /** Path with ` / ` between levels. */
    category: 'VARCHAR',
    brand: 'VARCHAR',
    price: 'DECIMAL(18,4)',
  },
  /** Derived from events where it is asked for (`ordersOf`): one row per order id (or per user and day where the file has no order ids, `day 2026-05-01`). */
  orders: {
    order_index: 'INTEGER',
    order_id: 'VARCHAR',
    user_index: 'INTEGER',
    ts: 'TIMESTAMP',
    local_ts: 'TIMESTAMP',
    /** Sales minus refunds; sums have room for the largest that rows can make. */
    total: 'DECIMAL(38,4)',
    refunded: 'DECIMAL(38,4)',
    items: 'INTEGER',
    quantity: 'DOUBLE',
  },
} as const;

export type CanonicalTable = keyof typeof canonicalTables;

/**
 * A kept column of events: beside the canonical columns, `events` has one for each under {@link propertyColumn}, a double
 * or text. A property that is numbers in one source and text in another is text.
 */
export interface EventProperty {
  name: string;
  type: 'text' | 'number';
  /** Different texts, where one source alone has it. */
  distinct?: number;
}

/** What tells properties apart: two of one folded name are one. */
export function foldedName(name: string): string {
  return name.toLowerCase();
}

/** The column of `events` that holds a property; no canonical column begins so. */
export function propertyColumn(name: string): string {
  return `p_${foldedName(name)}`;
}

/** What there is in one currency. */
export interface CurrencyFacts {
  currency: string;
  /** Events with an amount in it. */
  lines: number;
  /** Orders with a sale in it. */
  orders: number;
  /** Sales less refunds, in the currency itself. */
  total: number;
  /** What one unit is in the plan's currency, 1 for that one; null where the plan gives none, so that its amounts are in no sum. */
  rate: number | null;
}

/** What is known about an imported data set; kept with the workspace and shown everywhere. */
export interface DatasetFacts {
  /** SHA-256 over the canonical tables' contents: the same rows give the same hash on every engine. */
  dataHash: string;
  /** People and items that some source has. */
  users: number;
  items: number;
  /** Sizes of the number spaces: numbers are 0 … size − 1, each given once; some may belong to nobody any more. */
  userNumbers: number;
  itemNumbers: number;
  events: number;
  orders: number;
  /** Instants as ISO text in UTC; null in an empty data set. */
  firstEvent: string | null;
  lastEvent: string | null;
  /** Events per name, most frequent first. */
  eventCounts: { event: string; count: number }[];
  currency: string;
  timeZone: string;
  /** What each step of cleaning took out of which source; absent where the data is as it was read. */
  removed?: RemovedRows[];
  /** Kept columns of events; absent in documents from before and where there are none. */
  properties?: EventProperty[];
  /** Columns of items besides those that Muster gives a meaning, by name; absent likewise. */
  itemAttributes?: EventProperty[];
  /** Where amounts are in other currencies than the plan's: all of them, the plan's too, the most lines first. */
  currencies?: CurrencyFacts[];
}

export interface RemovedRows {
  /** Place among the steps, and what it is. */
  index: number;
  step: string;
  source: string;
  rows: number;
}
