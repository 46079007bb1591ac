import { UserError } from '../../base/errors';
import type { FileSource } from '../../schema/files';
import { openMapped } from '../../schema/formats';
import type { Mapping } from '../../schema/roles';
import { stagedNumberColumns, stagedTextColumns } from '../../schema/staging/staged';

/** What an import is expected to take at its peak. */
export interface ImportEstimate {
  rows: number;
  /** Of the staged columns, the distinct texts and the new tables; not of the file, which is read in blocks. */
  bytes: number;
}

/** Place in the order of the table, number of the person, and what the compressed tables take. */
const bytesBesideColumns = 4 + 4 + 30;
/** Columns are joined one at a time, and slices are made while the columns are still there. */
const columnsAtPeak = 1.3;
/** Ids and order ids as distinct texts, with the table that finds them. */
const textsOfFile = 0.3;

/** From the beginning of the file and the columns that the mapping uses. */
export async function estimateImport(packed: FileSource, mapping: Mapping): Promise<ImportEstimate> {
  const { file, format } = await openMapped(packed, mapping);
  const { delimiter, quote, header, encoding, sheet, rowsAt } = mapping;
  const { estimatedRows, rows: sampled } = await format.sample(file, { delimiter, quote, header, encoding, sheet, rowsAt });
  const characters = sampled.reduce((sum, cells) => sum + cells.reduce((all, cell) => all + cell.length + 1, 0), 0);
  const rows = Math.max(estimatedRows, sampled.length);
  const bytesOfTexts = (rows * characters) / Math.max(1, sampled.length);
  return { rows, bytes: Math.round(rows * bytesOfRow(mapping) + bytesOfTexts * textsOfFile) };
}

/** @throws UserError `import_too_large` where the files together would not fit into `room` bytes */
export async function refuseTooLargeImport(files: readonly FileSource[], mapping: Mapping, room: number): Promise<void> {
  const estimates = await Promise.all(files.map((file) => estimateImport(file, mapping)));
  const [rows, bytes] = (['rows', 'bytes'] as const).map((of) => estimates.reduce((sum, estimate) => sum + estimate[of], 0));
  if (bytes <= room) return;
  const [gigabytes, limit] = [bytes, room].map((amount) => (amount / 1e9).toFixed(1));
  const share = Math.max(1, Math.floor((room / bytes) * 90));
  const file = files.length === 1 ? files[0].name : `${files[0].name} + ${files.length - 1}`;
  throw new UserError(
    'import_too_large',
    `"${file}" has about ${rows} rows and would need about ${gigabytes} GB; there is room for ${limit} GB.`,
    `Map fewer columns, or export a sample: all rows of about ${share} % of the people.`,
    { file, rows, gigabytes, limit, share },
  );
}

function bytesOfRow({ kind, roles, columns, keep }: Mapping): number {
  if (kind !== 'events') return 8 * (keep?.length ?? columns.length) + bytesBesideColumns;
  const texts = ['user', 'item', 'event', ...stagedTextColumns].filter((role) => role === 'event' || role in roles).length;
  const kept = (keep?.length ?? 0) + ('currency' in roles ? 1 : 0);
  const numbers = stagedNumberColumns.filter((role) => role in roles || (role === 'value' && 'price' in roles)).length;
  // A kept column may turn out to be one of numbers.
  return columnsAtPeak * (4 * texts + 8 * (1 + numbers + kept)) + bytesBesideColumns;
}
