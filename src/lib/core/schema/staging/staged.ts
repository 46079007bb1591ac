import type { NumberColumn, TextColumn } from './columns';

/**
 * Events on their way into the canonical tables, column-wise and in source order. All columns have `rows` entries;
 * a column that the source lacks is absent.
 */
export interface StagedEvents {
  rows: number;
  /** No empty cells. */
  user: TextColumn;
  item?: TextColumn;
  /** No empty cells; names of {@link standardEvents} where the meaning is one of them. */
  event: TextColumn;
  /** UTC, microseconds since 1970; no empty cells. */
  ts: NumberColumn;
  quantity?: NumberColumn;
  /** Ten-thousandths of the currency. */
  price?: NumberColumn;
  /** Ten-thousandths of the currency; positive for sales, negative for refunds. */
  value?: NumberColumn;
  order?: TextColumn;
  session?: TextColumn;
  channel?: TextColumn;
  campaign?: TextColumn;
  device?: TextColumn;
  rating?: NumberColumn;
  /** Code of the currency of the row's price and value where it is not the plan's; empty where it is, and without amounts. */
  currency?: TextColumn;
  /** Kept columns without a role, by name (no two of one folded name); a part of a file has them as text, the whole file in their types. */
  properties?: Map<string, TextColumn | NumberColumn>;
}

/**
 * What a source says about users or items: one row per id and attribute columns by their canonical name (`email`,
 * `consent_email`, `title`, `category`, …) or, for others, by the file's own name. All cells are text, in canonical
 * writing where the column has a meaning: `1234.5`, `true`, `2026-05-01T01:00:00Z`. An id that occurs twice keeps the
 * later row's cells where they have a code.
 *
 * A cell with no code (-1) says nothing, and what an earlier row or source said stays. A cell with the code of the
 * empty text is empty on purpose and takes away what they said: so a consent that a newer file does not confirm ends.
 */
export interface StagedEntities {
  id: TextColumn;
  attributes: Map<string, TextColumn>;
  /**
   * When each row was so, in microseconds since 1970; NaN where it does not say. Absent where no row says it. Facts that
   * rode along in events are rows of their own for each moment that counts: the latest and the first of each attribute.
   */
  times?: Float64Array;
}

/** Other ids of its people that a source declares: in row i, `user` is also known as `id`. No empty user. */
export interface StagedLinks {
  /** `email`, `phone`, `device` … */
  kind: string;
  user: TextColumn;
  id: TextColumn;
}

/** One source, ready for `importSource` and `appendStaged`. Entities that only occur in events need not be listed. */
export interface StagedSource {
  sourceId: string;
  /** What kind of id its user column holds; ids of different kinds are different people until something links them. */
  userIdKind?: string;
  links?: StagedLinks[];
  events?: StagedEvents;
  users?: StagedEntities;
  items?: StagedEntities;
  /** All rejected rows of its file, in file order: a list, or packed as they came. */
  rejects?: RejectedRows;
}

/** Rejected rows in file order. */
export interface RejectedRows extends Iterable<RejectedRow> {
  readonly length: number;
  entries(): IterableIterator<[number, RejectedRow]>;
}

/** A row that the import left out. */
export interface RejectedRow {
  /** 1-based data row; the header is not counted. */
  row: number;
  /** The column that was at fault; empty where the whole row was. */
  column: string;
  code: RejectCode;
  /** The row as it stands in the file, cut where it is very long. */
  text: string;
  /** The cell that was at fault, as it stands in the file; cut likewise, absent where the whole row was. */
  value?: string;
}

export const rejectMessages = {
  missing_user: 'The row has no user.',
  no_customer: 'There is no customer on this order.',
  missing_item: 'The row has no item.',
  missing_time: 'The row has no time.',
  missing_event: 'The row has no event name.',
  missing_order: 'The row has no order id.',
  orphan_order: 'The order of the line is not in the file of orders.',
  bad_time: 'The time does not have the format of the column.',
  time_out_of_range: 'The time lies before 1900 or after 2199.',
  bad_number: 'The cell is not a number.',
  number_out_of_range: 'The number is larger than any that can be kept.',
  bad_encoding: 'The cell has characters that are not valid in the encoding of the file.',
  too_few_columns: 'The row has fewer columns than the file.',
  too_many_columns: 'The row has more columns than the file.',
  broken_quotes: 'A quote opens and does not close where it should.',
  broken_json: 'The record is not valid JSON, or no object.',
  bad_currency: 'The currency is none that is known.',
  /** Of reports from before, when such rows were left out. */
  other_currency: 'The row is in another currency than the plan.',
  erased_before: 'The row is of somebody who was erased from this workspace; it is counted and not kept.',
} as const;

export type RejectCode = keyof typeof rejectMessages;

export const stagedTextColumns = ['order', 'session', 'channel', 'campaign', 'device'] as const;
export const stagedNumberColumns = ['quantity', 'price', 'value', 'rating'] as const;
