import type { Destination } from '../destination';
import { csvFormat } from '../formats/csv';
import { spreadsheetStyle } from '../formats/csvStyle';
import { contentCheck } from '../rowCheck';

/** Rows of a sheet in Excel, of which the header is one. */
const mostRows = 1_048_575;

export const spreadsheet: Destination = {
  id: 'spreadsheet',
  what: 'A CSV that Excel, WPS and LibreOffice open as it is meant: ids keep their zeros, nothing runs as a formula.',
  readers: 'people',
  takes: ['audience', 'list'],
  fields: 'chosen',
  options: [
    {
      name: 'delimiter',
      kind: 'choice',
      choices: ['comma', 'semicolon'],
      default: 'comma',
      what: 'What stands between two cells. Semicolon, with decimal commas, suits a spreadsheet in German, French and other languages that write 0,5.',
    },
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
  format: ({ delimiter }) => csvFormat(spreadsheetStyle(delimiter === 'semicolon' ? ';' : ',')),
  check: contentCheck,
};
