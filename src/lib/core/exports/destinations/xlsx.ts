import type { Destination } from '../destination';
import { contentCheck } from '../rowCheck';

/** Rows of a sheet, of which the header is one. */
const mostRows = 1_048_575;

export const xlsx: Destination = {
  id: 'xlsx',
  what: 'An Excel workbook: ids and words are texts, dates are dates, nothing runs as a formula.',
  readers: 'people',
  takes: ['audience', 'list'],
  fields: 'chosen',
  options: [
    {
      name: 'rowsPerFile',
      kind: 'number',
      integer: true,
      what: 'Most rows of one file; with more the export is split into several files. A sheet of Excel holds 1,048,575 and the header.',
      default: mostRows,
      min: 1,
      max: mostRows,
    },
  ],
  limits: ({ rowsPerFile }) => ({ rows: Number(rowsPerFile) }),
  // The writer loads when a file is made: screens that only list destinations do without.
  format: async () => (await import('../formats/xlsx')).xlsxFormat,
  check: contentCheck,
};
