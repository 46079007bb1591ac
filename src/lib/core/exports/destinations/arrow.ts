import type { Destination } from '../destination';
import { contentCheck } from '../rowCheck';
import { rowsPerFile, rowsPerFileLimit } from '../rowsPerFile';

export const arrow: Destination = {
  id: 'arrow',
  what: 'Arrow IPC (Feather 2): typed, read without parsing by pandas, Polars, R and DuckDB.',
  readers: 'platforms',
  takes: ['audience', 'list'],
  fields: 'chosen',
  options: [rowsPerFile],
  limits: rowsPerFileLimit,
  // The writer loads when a file is made: screens that only list destinations do without.
  format: async () => (await import('../formats/arrow')).arrowFormat,
  check: contentCheck,
};
