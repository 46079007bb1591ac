import type { RunContext } from '../base/run';
import type { ExportBlock, ExportColumn, ExportTable } from './table';

/** How a table becomes bytes: CSV of some style, Parquet, JSON Lines. What stands in the table is the destination's. */
export interface FileFormat {
  extension: string;
  /** Of text that is not in UTF-8. */
  encoding?: 'gb18030';
  /** Of a text the characters that its usual readers may not show, where the encoding has such. */
  hardToRead?(text: string): number;
  /** The file's bytes in order. The same table gives the same bytes, wherever it runs. */
  write(table: ExportTable, run: RunContext): AsyncIterable<Uint8Array>;
  /**
   * The rows of a file that `write` made, from its bytes alone; cells as the column types say.
   * @throws Error where the file is not one that `write` would make
   */
  read(bytes: Uint8Array, columns: readonly ExportColumn[], run: RunContext): AsyncIterable<ReadBlock>;
}

/** Rows read back, with the names of the columns that the file itself has. */
export interface ReadBlock extends ExportBlock {
  names: string[];
}

export function emptyBlock(names: string[]): ReadBlock {
  return { rows: 0, names, cells: names.map(() => []) };
}
