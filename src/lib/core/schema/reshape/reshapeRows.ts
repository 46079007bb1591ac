import { cellText } from '../csv/recordReader';
import { Found, RecordBatch } from '../records';
import type { Mapping } from '../roles';
import { reshaped } from './index';

/** Rows of text as a mapping wants them, for a preview; rows that reshaping adds are left out, so that row numbers hold. */
export function reshapeRows(rows: readonly (readonly string[])[], mapping: Mapping, fileColumns: readonly string[]): string[][] {
  if (mapping.reshape === undefined) return rows as string[][];
  const batch = new RecordBatch(fileColumns.length);
  for (const row of rows) {
    for (let cell = 0; cell < fileColumns.length; cell++) batch.addText(row[cell] ?? '');
    batch.endRow();
  }
  const records = reshaped(batch, mapping, fileColumns);
  const found: string[][] = [];
  for (let at = records.next(); at !== Found.end; at = records.next())
    if (!records.added) found.push(Array.from({ length: records.cells }, (_, cell) => cellText(records, cell, mapping.quote)));
  return found;
}
