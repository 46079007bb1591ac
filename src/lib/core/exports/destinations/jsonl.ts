import type { Destination } from '../destination';
import { jsonlFormat } from '../formats/jsonl';
import { contentCheck } from '../rowCheck';
import { rowsPerFile, rowsPerFileLimit } from '../rowsPerFile';

export const jsonl: Destination = {
  id: 'jsonl',
  what: 'JSON Lines: one JSON object a row, for programs.',
  readers: 'platforms',
  takes: ['audience', 'list'],
  fields: 'chosen',
  options: [rowsPerFile],
  limits: rowsPerFileLimit,
  format: () => jsonlFormat,
  check: contentCheck,
};
