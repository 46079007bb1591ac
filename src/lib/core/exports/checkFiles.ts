import { Cancelled, UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import type { FileFormat } from './format';
import type { RowCheck } from './destination';
import { BrokenFile } from './rowCheck';
import type { ExportColumn } from './table';
import type { ExportFile } from './types';
import { TableDigest } from './tableDigest';

/** What the files of an export must hold together. */
export interface FileExpectation {
  columns: readonly ExportColumn[];
  /** The fingerprint of the rows that were written. */
  written: TableDigest;
  /** Customers, where that is known and the file tells them apart. */
  users?: number;
}

/**
 * Reads the files of an export from their bytes, one after the other, and compares them with what they must hold.
 * @throws UserError `export_check_failed` with the reason
 */
export async function checkFiles(
  files: readonly Pick<ExportFile, 'name' | 'rows' | 'read'>[],
  format: FileFormat,
  check: RowCheck,
  { columns, written, users }: FileExpectation,
  run: RunContext,
): Promise<void> {
  const read = new TableDigest(columns);
  let file = files[0];
  try {
    for (file of files) {
      const before = read.rows;
      for await (const block of format.read(await file.read(), columns, run)) {
        checkColumns(block.names, columns);
        for (let row = 0; row < block.rows; row++) check.take(block, row);
        read.take(block);
        run.report({ stage: `check:${file.name}`, done: read.rows - before, total: file.rows, unit: 'rows' });
      }
      if (read.rows - before !== file.rows) throw new BrokenFile(`it holds ${read.rows - before} rows, not ${file.rows}`);
    }
    read.mustEqual(written, columns);
    if (check.users !== undefined && users !== undefined && check.users !== users)
      throw new BrokenFile(`it holds ${check.users} customers, not ${users}`);
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      'export_check_failed',
      `${file.name} was written but does not read back as it must: ${reason}.`,
      'The export is refused, nothing is handed over; please report this with the plan.',
      { file: file.name, reason },
    );
  }
}

function checkColumns(names: readonly string[], columns: readonly ExportColumn[]): void {
  const wanted = columns.map(({ name }) => name).join(', ');
  if (names.join(', ') !== wanted) throw new BrokenFile(`its columns are ${names.join(', ')}, not ${wanted}`);
}
