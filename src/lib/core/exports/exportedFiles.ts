import { resolveOptions } from '../base/options';
import { findDestination } from './destinations';
import type { FileFormat } from './format';
import type { ReadManifest } from './manifestSchema';
import type { ExportColumn } from './table';

/** What a manifest says of one export whose columns' types it knows. */
type Exported = Pick<ReadManifest['exports'][number], 'columns' | 'types'>;

export function typedColumns({ columns, types }: Exported): ExportColumn[] {
  return columns.map((name, c) => ({ name, type: types![c] }));
}

/**
 * The format that reads the files of an export.
 * @throws UserError `destination_unknown`, and what an option of another version throws
 */
export async function formatOf({
  destination: id,
  options,
}: Pick<ReadManifest['exports'][number], 'destination' | 'options'>): Promise<FileFormat> {
  const { options: specs, format } = findDestination(id);
  return format(resolveOptions(id, specs, options));
}
