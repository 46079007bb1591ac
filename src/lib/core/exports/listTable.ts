import { fillReasons, servedReasons, type ServedLists } from '../recommendations/served';
import { roundedScore } from './audienceTable';
import type { ExportBlock, ExportCell, ExportColumn, ExportTable } from './table';

/** Recommendations of a list's customers: `users × size`, best first, -1 where a list has ended. */
export interface FinishedList {
  size: number;
  model: string;
  items: Int32Array;
  scores: Float32Array;
  /** 1 where an entry comes from popularity because the model had none. */
  fromPopularity: Uint8Array;
  /** One for each row of `items`. */
  userIds: readonly string[];
  /** By item index. */
  itemIds: readonly string[];
  titles: readonly (string | null)[];
  /** By row: on which day the customer is due to buy it again, in days since 1970; NaN where the row's model does not say. */
  due?: Float64Array;
  /** Of a list with policies: where each row comes from, and why it is where it is. */
  served?: Pick<ServedLists, 'sources' | 'source' | 'finalScores' | 'reasons' | 'fills'>;
}

export interface ListCounts {
  /** Customers with at least one recommendation: the others are not in the file. */
  users: number;
  rows: number;
  /** Customers with fewer recommendations than the list's size, or none. */
  shortLists: number;
}

/** `source` says where an entry comes from: the model, or popularity where the model had nothing to say. */
const columns: ExportColumn[] = [
  { name: 'user', type: 'text', required: true },
  { name: 'rank', type: 'integer', required: true },
  { name: 'item', type: 'text', required: true },
  { name: 'score', type: 'number' },
  { name: 'model', type: 'text', required: true },
  { name: 'title', type: 'text' },
  { name: 'source', type: 'text', required: true },
];

/**
 * What a list with policies says besides: what the order of the models and the preferences make of the score (1 is the
 * first candidate), why the row is there (`model`, `again`, `boosted`, `diverse`, `promoted`, `filled`), and why it had to be
 * filled (`new-customer`, `model-ended`). Its `model` is the one that named the item, and its `source` may be `promoted`.
 */
export const servedColumns: ExportColumn[] = [
  { name: 'finalScore', type: 'number' },
  { name: 'reason', type: 'text', required: true },
  { name: 'filled', type: 'text' },
];

/** Of models that know when something is due: the day, past where it is overdue. */
export const dueColumn: ExportColumn = { name: 'due', type: 'date' };

/** Customers of one block. */
const usersPerBlock = 2000;

/** The file of a list: one row a recommendation, ranks from 1, customers in the order of their ids. */
export function listTable(list: FinishedList): ExportTable {
  return {
    columns: columnsOf(list),
    *blocks() {
      for (let first = 0; first < list.userIds.length; first += usersPerBlock) {
        yield blockOf(list, first, Math.min(list.userIds.length, first + usersPerBlock));
      }
    },
  };
}

function columnsOf({ served, due }: FinishedList): ExportColumn[] {
  return [...columns, ...(served ? servedColumns : []), ...(due ? [dueColumn] : [])];
}

export function countList({ size, items, userIds }: FinishedList): ListCounts {
  const counts: ListCounts = { users: 0, rows: 0, shortLists: 0 };
  for (let u = 0; u < userIds.length; u++) {
    const length = lengthOf(items, u, size);
    counts.rows += length;
    if (length > 0) counts.users++;
    if (length < size) counts.shortLists++;
  }
  return counts;
}

function blockOf(list: FinishedList, firstUser: number, endUser: number): ExportBlock {
  const { size, items, scores, fromPopularity, userIds, itemIds, titles, model, served, due } = list;
  const cells: ExportCell[][] = columnsOf(list).map(() => []);
  for (let u = firstUser; u < endUser; u++) {
    const length = lengthOf(items, u, size);
    for (let place = 0; place < length; place++) {
      const at = u * size + place;
      const item = items[at];
      const { source, by, more } = served
        ? servedCells(served, at, model)
        : { source: fromPopularity[at] ? 'popular' : 'model', by: model, more: [] };
      const row = [
        userIds[u],
        place + 1,
        itemIds[item],
        roundedScore(scores[at]),
        by,
        titles[item],
        source,
        ...more,
        ...(due ? [dueCell(due, at)] : []),
      ];
      row.forEach((cell, c) => cells[c].push(cell));
    }
  }
  return { rows: cells[0].length, cells };
}

export function dueCell(due: Float64Array, at: number): number | null {
  return Number.isNaN(due[at]) ? null : due[at];
}

/** Popularity and promoted places are no model of the plan: their rows bear the list's own. */
export function servedCells(
  { sources, source, finalScores, reasons, fills }: NonNullable<FinishedList['served']>,
  at: number,
  model: string,
) {
  const isModel = source[at] < sources.length - 2;
  return {
    source: isModel ? 'model' : sources[source[at]],
    by: isModel ? sources[source[at]] : model,
    more: [roundedScore(finalScores[at]), servedReasons[reasons[at]], fills[at] === 0 ? null : fillReasons[fills[at] - 1]],
  };
}

function lengthOf(items: Int32Array, user: number, size: number): number {
  const end = items.subarray(user * size, (user + 1) * size).indexOf(-1);
  return end < 0 ? size : end;
}
