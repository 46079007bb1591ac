import { csvFormat } from '../formats/csv';
import { machineStyle } from '../formats/csvStyle';
import { contentCheck } from '../rowCheck';
import type { Destination } from '../destination';
import { rowsPerFile, rowsPerFileLimit } from '../rowsPerFile';

export const csv: Destination = {
  id: 'csv',
  what: 'Comma-separated text in UTF-8, every value exactly as given, for platforms and programs.',
  readers: 'platforms',
  takes: ['audience', 'list'],
  fields: 'chosen',
  options: [rowsPerFile],
  limits: rowsPerFileLimit,
  format: () => csvFormat(machineStyle),
  check: contentCheck,
};
