import { roundedScore } from './audienceTable';
import { dueCell, dueColumn, servedCells, servedColumns, type FinishedList } from './listTable';
import type { ExportBlock, ExportCell, ExportColumn, ExportTable } from './table';

/** A list that is not one for each person, or says more than one: its rows are for what `subject` says. */
export interface FinishedKindList extends Omit<FinishedList, 'userIds'> {
  subject: 'user' | 'item' | 'audience';
  /** One for each row of `items`: ids of customers, of items, or of the audience. */
  userIds: FinishedList['userIds'];
  /** Further columns; `cell` is asked for entry `row × size + place` of a row. */
  beside: readonly { column: ExportColumn; cell: (at: number, row: number) => ExportCell }[];
}

/** The first column's name: `item` is what is recommended. */
const subjectColumn = { user: 'user', item: 'for_item', audience: 'audience' } as const;

/** Rows of one block. */
const rowsPerBlock = 2000;

/**
 * The file of such a list: `user`, `for_item` or `audience`, then `rank, item, score, model, title, source` as every list has
 * them, then what lists with policies say, then what its kind says besides. `source` is `orders` where no model was asked.
 */
export function kindListTable(list: FinishedKindList): ExportTable {
  const columns: ExportColumn[] = [
    { name: subjectColumn[list.subject], type: 'text', required: true },
    { name: 'rank', type: 'integer', required: true },
    { name: 'item', type: 'text', required: true },
    { name: 'score', type: 'number' },
    { name: 'model', type: 'text', required: true },
    { name: 'title', type: 'text' },
    { name: 'source', type: 'text', required: true },
    ...(list.served ? servedColumns : []),
    ...list.beside.map(({ column }) => column),
    ...(list.due ? [dueColumn] : []),
  ];
  return {
    columns,
    *blocks() {
      for (let first = 0; first < list.userIds.length; first += rowsPerBlock) {
        yield blockOf(list, columns.length, first, Math.min(list.userIds.length, first + rowsPerBlock));
      }
    },
  };
}

function blockOf(list: FinishedKindList, width: number, first: number, end: number): ExportBlock {
  const { size, items, scores, fromPopularity, userIds, itemIds, titles, model, beside, due, served } = list;
  const cells: ExportCell[][] = Array.from({ length: width }, () => []);
  for (let row = first; row < end; row++) {
    for (let at = row * size; at < (row + 1) * size && items[at] >= 0; at++) {
      const item = items[at];
      const plain = { source: fromPopularity[at] ? 'popular' : model === 'orders' ? 'orders' : 'model', by: model, more: [] };
      const { source, by, more } = served ? servedCells(served, at, model) : plain;
      const own = [userIds[row], 1 + at - row * size, itemIds[item], roundedScore(scores[at]), by, titles[item], source, ...more];
      [...own, ...beside.map(({ cell }) => cell(at, row)), ...(due ? [dueCell(due, at)] : [])].forEach((cell, c) => cells[c].push(cell));
    }
  }
  return { rows: cells[0].length, cells };
}
