import type { ClassReason, ColumnClass } from './privacy/classes';

/**
 * What a column of a file means. A mapping gives a role to some of a file's columns; of the rest, those that it says to
 * keep become attributes where the file is about users or items, and the others are not imported.
 */
export const eventRoles = [
  'user',
  'item',
  'event',
  'time',
  'quantity',
  /** Price of one unit. */
  'price',
  /** Money of the whole line; quantity × price where it is not mapped. */
  'value',
  'currency',
  'order',
  'session',
  'channel',
  'campaign',
  'device',
  'rating',
] as const;
export const itemRoles = ['item', 'title', 'category', 'brand', 'price', 'cost', 'stock', 'createdAt', 'text', 'updatedAt'] as const;
export const userRoles = [
  'user',
  'email',
  'phone',
  'country',
  'consentEmail',
  'consentSms',
  'consentPush',
  'consentPhone',
  'consentPost',
  'consentWechat',
  /** When the person answered for the channel; of two answers the later one counts. */
  'consentEmailAt',
  'consentSmsAt',
  'consentPushAt',
  'consentPhoneAt',
  'consentPostAt',
  'consentWechatAt',
  'createdAt',
  'updatedAt',
] as const;

/** Of every channel, the answer and when it was given. */
export const consentRoles = userRoles.filter((role) => role.startsWith('consent'));

export type EventRole = (typeof eventRoles)[number];
export type ItemRole = (typeof itemRoles)[number];
export type UserRole = (typeof userRoles)[number];

/** What the rows of a file are. */
export type SourceKind = 'events' | 'items' | 'users';

/** How a text date becomes an instant. `auto` was resolved to one of the others when the file was inspected. */
export type TimeFormat =
  | { kind: 'unix-seconds' }
  | { kind: 'unix-milliseconds' }
  | { kind: 'unix-microseconds' }
  /** Days since 1899-12-30 as spreadsheets count them, with the time of day as the fraction; local time of the zone. */
  | { kind: 'excel-serial' }
  /** Calendar text in the plan's time zone unless the text carries an offset. `pattern` is DuckDB strptime. */
  | { kind: 'text'; pattern: string };

/** What kind of file it is, whatever it is packed in. */
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'big5', 'shift_jis', 'windows-1252'] as const;

export const fileFormats = ['delimited', 'json', 'parquet', 'arrow', 'xlsx'] as const;
export type FileFormat = (typeof fileFormats)[number];

/** What stands between the whole part of a number and its fraction. */
export type DecimalMark = 'point' | 'comma';

/**
 * How a file's columns become canonical columns. It is part of the plan, so it holds everything that the import
 * needs besides the file.
 */
export interface Mapping {
  kind: SourceKind;
  /** Delimited text where it is absent; the four settings below are its. */
  format?: FileFormat;
  delimiter: string;
  quote: string;
  header: boolean;
  /** `gb18030` also reads GBK and GB2312, `windows-1252` Latin-1. */
  encoding: (typeof encodings)[number];
  /** The sheet of a workbook that is read; the first one with a table where it is absent. */
  sheet?: string;
  /**
   * The array in each record of a JSON file whose elements are the rows, as a path (`properties.products`); what stands
   * outside the array is repeated on each of its rows. Each record is one row where it is absent, or the array empty.
   */
  rowsAt?: string;
  /** How the rows are rearranged before their cells are read: the id of an entry of `reshape/`. */
  reshape?: string;
  /** Names of all columns in file order (after reshaping); `column1 …` where the file has no header. Columns of nested formats are paths (`context.traits.email`). */
  columns: string[];
  /** Role → column name. For `events`, also item facts that ride along (title, category, brand) and user facts. */
  roles: Partial<Record<EventRole | ItemRole | UserRole, string>>;
  timeFormat?: TimeFormat;
  /** Zone of the file's local times where it is not the plan's. */
  timeZone?: string;
  /** Currency of all its amounts, where no column says it and it is not the plan's. */
  currency?: string;
  /** Columns that hold other ids of the row's person, and their kinds (`email`, `phone`, `device`, …): `{ 'Billing Phone': 'phone' }`. */
  ids?: Record<string, string>;
  /** The kind of id that the user column itself holds (`email`, `device`, …); ids of different kinds are different people until something links them. */
  userIdKind?: string;
  /** How the file writes its numbers: `1,299.00` with a point, `1.299,00` with a comma. A point where it is absent. */
  decimal?: DecimalMark;
  /**
   * Columns without a role that are kept, by name: as attributes of the users or items that the file is about, or as
   * properties of its events. All other columns without a role are not imported. Where it is absent (plans from before
   * it) all of them are kept in a file of users or items, and none in a file of events.
   */
  keep?: string[];
  /** What every row is where no event column is mapped; the default is `order_completed` with an order or price, else `product_viewed`. */
  defaultEvent?: string;
  /** Renames the file's event words: `{ buy: 'order_completed', pv: 'product_viewed' }`. */
  eventNames?: Record<string, string>;
  /** Turns rows with a negative quantity, or an order id that begins with this, into `order_refunded`. */
  cancelledOrderPrefix?: string;
  /** Drops a trailing `.0` that a spreadsheet left on ids (`17850.0` → `17850`). Off unless a preset asks for it. */
  trimFloatIds?: boolean;
}

export type ColumnType = 'text' | 'integer' | 'decimal' | 'time' | 'boolean' | 'empty';

/** One column as the inspection saw it. */
export interface ColumnGuess {
  name: string;
  type: ColumnType;
  /** Share of the sampled cells that are empty, 0 … 1. */
  emptyShare: number;
  /** Distinct values among the sampled rows. */
  distinct: number;
  examples: string[];
  /** How its cells would be read as times, where they can be. */
  timeFormat?: TimeFormat;
  /** Its distinct cells, most frequent first, where they are few enough to be words for events. */
  words?: string[];
  /** It seems to say who somebody is: a name, an address, a number on a document, free text. */
  personal?: true;
  /** What it says about a person, where it does (`privacy/classes.ts`), and why that is thought. */
  class?: ColumnClass;
  classReason?: ClassReason;
  /** The role that inspection proposes for it; absent where it proposes none. */
  suggestion?: RoleSuggestion;
}

/** Why inspection proposes a role: the codes have words in the messages, `mapping_reason_<code>`. */
export const suggestionReasons = [
  'preset',
  'header-word',
  'values-look-like-times',
  'values-are-epoch-times',
  'values-are-serial-days',
  'values-are-few-words',
  'values-look-like-emails',
  'values-look-like-phones',
  'values-look-like-ids',
  'values-look-like-amounts',
  'values-look-like-counts',
  'values-look-like-texts',
  'values-look-like-countries',
] as const;
export type SuggestionReason = (typeof suggestionReasons)[number];

export interface RoleSuggestion {
  role: EventRole | ItemRole | UserRole;
  /** How sure it is, 0 … 1: a preset or a plain header word nearly 1, the look of the cells around a half. */
  confidence: number;
  reason: SuggestionReason;
  /** What the sentence names: the preset, the word of the header, how a time is counted. */
  values?: Record<string, string | number>;
}
