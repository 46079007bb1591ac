import type { OptionSpec, OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import type { ExportBlock, ExportColumn, ExportTable } from './table';
import type { FileFormat } from './types';

/** One entry of the catalogue: a kind of file that Muster writes, and reads back to check it. */
export interface Destination {
  id: FileFormat;
  extension: string;
  mediaType: string;
  /** One sentence. */
  what: string;
  options: readonly OptionSpec[];
  /** The file's bytes in order. The same table gives the same bytes, wherever it runs. */
  write(table: ExportTable, options: OptionValues, run: RunContext): AsyncIterable<Uint8Array>;
  /** The rows of a file that `write` made, from its bytes alone; cells as the column types say. */
  read(bytes: Uint8Array, columns: readonly ExportColumn[], options: OptionValues, run: RunContext): AsyncIterable<ReadBlock>;
}

/** Rows read back, with the names of the columns that the file itself has. */
export interface ReadBlock extends ExportBlock {
  names: string[];
}
