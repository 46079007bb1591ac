import type { TableFormat } from './format';

/** Parquet, with all common codecs. */
export const parquet: TableFormat = {
  id: 'parquet',
  brokenCode: 'broken_json',
  recognises: (start) => start[0] === 0x50 && start[1] === 0x41 && start[2] === 0x52 && start[3] === 0x31,
  sample: async (file, chosen) => (await import('./parquetFile')).sampleParquet(file, chosen),
  columns: async (file, mapping) => (await import('./parquetFile')).parquetColumns(file, mapping),
  open: async (file, mapping, options) => (await import('./parquetFile')).openParquet(file, mapping, options),
  cuts: async (file, _mapping, most, leastBytes) => (await import('./parquetFile')).cutParquet(file, most, leastBytes),
};
