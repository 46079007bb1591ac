import type { Destination } from '../destination';
import { contentCheck } from '../rowCheck';
import { rowsPerFile, rowsPerFileLimit } from '../rowsPerFile';

export const parquet: Destination = {
  id: 'parquet',
  what: 'Parquet: small and typed, for data tools.',
  readers: 'platforms',
  takes: ['audience', 'list'],
  fields: 'chosen',
  options: [rowsPerFile],
  limits: rowsPerFileLimit,
  // Reader and writer load when a file is made: screens that only list destinations do without.
  format: async () => (await import('../formats/parquet')).parquetFormat,
  check: contentCheck,
};
