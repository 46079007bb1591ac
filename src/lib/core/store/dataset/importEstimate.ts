import { UserError } from '../../base/errors';
import type { FileSource } from '../../schema/files';
import type { Mapping } from '../../schema/roles';
import { stagedNumberColumns, stagedTextColumns } from '../../schema/staging/staged';

/** What an import is expected to take at its peak. */
export interface ImportEstimate {
  rows: number;
  /** Of the staged columns, the distinct texts and the new tables; not of the file, which is read in blocks. */
  bytes: number;
}

/** Enough lines to tell how long they are. */
const sampleBytes = 1 << 20;
/** Place in the order of the table, number of the person, and what the compressed tables take. */
const bytesBesideColumns = 4 + 4 + 30;
/** Columns are joined one at a time, and slices are made while the columns are still there. */
const columnsAtPeak = 1.3;
/** Ids and order ids as distinct texts, with the table that finds them. */
const textsOfFile = 0.3;

/** From the length of the first lines and the columns that the mapping uses. */
export async function estimateImport(file: FileSource, mapping: Mapping): Promise<ImportEstimate> {
  let bytes = 0;
  let lines = 0;
  for await (const block of file.stream(0, Math.min(file.size, sampleBytes))) {
    for (const byte of block) if (byte === newline) lines++;
    bytes += block.length;
  }
  const rows = Math.round(file.size / (bytes / Math.max(1, lines)));
  return { rows, bytes: Math.round(rows * bytesOfRow(mapping) + file.size * textsOfFile) };
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

const newline = 10;
