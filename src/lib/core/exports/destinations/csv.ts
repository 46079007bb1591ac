import { csvFormat } from '../formats/csv';
import { delimiterOf, machineStyleWith } from '../formats/csvStyle';
import { contentCheck } from '../rowCheck';
import type { Destination } from '../destination';
import { rowsPerFile, rowsPerFileLimit } from '../rowsPerFile';

export const csv: Destination = {
  id: 'csv',
  what: 'Comma-separated text in UTF-8, every value exactly as given, for platforms and programs.',
  readers: 'platforms',
  takes: ['audience', 'list'],
  fields: 'chosen',
  options: [
    rowsPerFile,
    {
      name: 'delimiter',
      kind: 'choice',
      choices: ['comma', 'semicolon', 'tab', 'pipe'],
      default: 'comma',
      what: 'What stands between two cells.',
    },
    {
      name: 'byteOrderMark',
      kind: 'boolean',
      default: false,
      what: 'Three bytes by which some programs tell UTF-8; platforms do not want them.',
    },
  ],
  limits: rowsPerFileLimit,
  format: ({ delimiter, byteOrderMark }) =>
    csvFormat({ ...machineStyleWith(delimiterOf(delimiter)), byteOrderMark: byteOrderMark === true }),
  check: contentCheck,
};
