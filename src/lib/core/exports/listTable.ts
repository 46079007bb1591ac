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

/** Customers of one block. */
const usersPerBlock = 2000;

/** The file of a list: one row a recommendation, ranks from 1, customers in the order of their ids. */
export function listTable(list: FinishedList): ExportTable {
  return {
    columns,
    *blocks() {
      for (let first = 0; first < list.userIds.length; first += usersPerBlock) {
        yield blockOf(list, first, Math.min(list.userIds.length, first + usersPerBlock));
      }
    },
  };
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
  const { size, items, scores, fromPopularity, userIds, itemIds, titles, model } = list;
  const cells: ExportCell[][] = columns.map(() => []);
  for (let u = firstUser; u < endUser; u++) {
    const length = lengthOf(items, u, size);
    for (let place = 0; place < length; place++) {
      const at = u * size + place;
      const item = items[at];
      const source = fromPopularity[at] ? 'popular' : 'model';
      const row = [userIds[u], place + 1, itemIds[item], roundedScore(scores[at]), model, titles[item], source];
      row.forEach((cell, c) => cells[c].push(cell));
    }
  }
  return { rows: cells[0].length, cells };
}

function lengthOf(items: Int32Array, user: number, size: number): number {
  const end = items.subarray(user * size, (user + 1) * size).indexOf(-1);
  return end < 0 ? size : end;
}
