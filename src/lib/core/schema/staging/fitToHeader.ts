import { Found } from '../records';
import { toUtf8 } from '../csv/encoding';
import { fileReadError } from '../csv/fileErrors';
import { headerNames } from '../csv/headerNames';
import { cellText, RecordReader } from '../csv/recordReader';
import type { FileSource } from '../files';
import { fittedTo, type FittedMapping } from '../fitColumns';
import { withoutGuard } from '../parse/spreadsheetText';
import type { Mapping } from '../roles';

/** Bytes of a file that its header lies in. */
const headerBytes = 1 << 20;
const mostColumns = 2001;

/**
 * The mapping as it holds for this file, by its header; where it has none the mapping is taken at its word, and
 * `fileColumns` is absent.
 * @throws UserError `columns_changed`, `file_…`
 */
export async function fitToHeader(file: FileSource, mapping: Mapping): Promise<FittedMapping & { fileColumns?: string[] }> {
  const cells = mapping.header ? await headerOf(file, mapping) : undefined;
  if (!cells) return { mapping, missing: [] };
  const fileColumns = headerNames(cells);
  // A mapping from before may tell repeated names apart in another way.
  const names = fileColumns.map((name, cell) => (mapping.columns[cell] === cells[cell].trim() ? mapping.columns[cell] : name));
  return { ...fittedTo(new Set(names).size === names.length ? names : fileColumns, mapping), fileColumns: names };
}

async function headerOf(file: FileSource, mapping: Mapping): Promise<string[] | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const block of file.stream(0, Math.min(file.size, headerBytes))) {
      parts.push(block);
      length += block.length;
      if (length >= headerBytes) break;
    }
  } catch (error) {
    throw fileReadError(error, file);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  const reader = new RecordReader(mapping, mostColumns);
  reader.load(toUtf8(bytes, mapping.encoding), length >= file.size);
  if (reader.next() !== Found.record || reader.cells > mostColumns) return undefined;
  return Array.from({ length: reader.cells }, (_, cell) => withoutGuard(cellText(reader, cell, mapping.quote)));
}
