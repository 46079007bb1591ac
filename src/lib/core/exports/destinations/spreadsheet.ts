import type { Destination } from '../destination';
import { csvFormat } from '../formats/csv';
import { delimiterOf, spreadsheetStyle } from '../formats/csvStyle';
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
      choices: ['comma', 'semicolon', 'tab'],
      default: 'comma',
      what: 'What stands between two cells. Semicolon, with decimal commas, suits a spreadsheet in German, French and other languages that write 0,5.',
    },
    {
      name: 'encoding',
      kind: 'choice',
      choices: ['utf-8', 'gbk'],
      default: 'utf-8',
      what: 'UTF-8 with a byte order mark, which Excel since 2016 and WPS know; GBK for older programs in Chinese. Characters that GBK lacks are written as GB18030 has them, and counted.',
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
  format: ({ delimiter, encoding }) => csvFormat(spreadsheetStyle(delimiterOf(delimiter), encoding === 'gbk' ? 'gb18030' : 'utf-8')),
  check: contentCheck,
};
