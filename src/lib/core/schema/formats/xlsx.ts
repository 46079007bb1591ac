import { isCompoundFile } from './signatures';
import type { TableFormat } from './format';

/** Excel workbooks: one sheet is one table. Packed files that are no workbook have been unpacked before. */
export const xlsx: TableFormat = {
  id: 'xlsx',
  // No row of it can be broken by itself.
  brokenCode: 'broken_json',
  recognises: (start) => isZip(start) || isCompoundFile(start),
  sample: async (file, chosen) => (await import('./workbook')).sampleWorkbook(file, chosen),
  columns: async (file, mapping) => (await import('./workbook')).sheetColumns(file, mapping),
  open: async (file, mapping, options) => (await import('./workbook')).openWorkbook(file, mapping, options),
};

function isZip(start: Uint8Array): boolean {
  return start[0] === 0x50 && start[1] === 0x4b && start[2] === 3 && start[3] === 4;
}
