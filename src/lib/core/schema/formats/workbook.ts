import { UserError, type Diagnostic } from '../../base/errors';
import { fileReadError } from '../csv/fileErrors';
import { headerNames } from '../csv/headerNames';
import type { FileSource } from '../files';
import { columnLimit, tooManyColumns } from '../inspect/dialect';
import { withoutGuard } from '../parse/spreadsheetText';
import { RecordBatch } from '../records';
import type { Mapping } from '../roles';
import { readBytes } from './bytes';
import { checkHeaderCells, guessHeader, namesAsMapped, numberedColumns } from './delimited';
import {
  noTextSettings,
  sampledRows,
  type ChosenSettings,
  type OpenOptions,
  type RecordBlock,
  type TableRecords,
  type TableSample,
} from './format';
import { damaged } from './formatErrors';
import { shownName } from './packing/names';
import { membersOf } from './packing/zip';
import { SheetReader, type SheetContext } from './sheetReader';
import { readSharedTexts, readStyles, readWorkbook, type Sheet } from './workbookParts';
import { isCompoundFile } from './signatures';
import { pieceBytes, xmlPieces } from './xml';

/** Rows that stand above a table, such as its title, are among the first. */
const rowsAboveTable = 50;

interface OpenSheet extends SheetContext {
  sheet: Sheet;
  bytes(): AsyncIterable<Uint8Array>;
  /** As the archive says, for progress and estimates. */
  inflatedBytes: number;
}

interface Workbook {
  sheets: Sheet[];
  openSheet(sheet: Sheet): OpenSheet;
}

/** Where a sheet's table lies. */
interface TablePlace {
  /** Rows with cells that stand above it. */
  rowsAbove: number;
  /** Its first column. */
  left: number;
}

export async function sampleWorkbook(file: FileSource, chosen: ChosenSettings): Promise<TableSample> {
  return guarded(file, async () => {
    const workbook = await openParts(file);
    const sheet = await sheetOf(file, workbook, chosen.sheet);
    const opened = workbook.openSheet(sheet);
    const cells: Map<number, string>[] = [];
    let pieces = 0;
    let isWhole = true;
    for await (const _ of xmlPieces(opened.bytes(), new SheetReader(opened, (row) => void cells.push(rowTexts(row)), chosen.decimal))) {
      pieces++;
      isWhole = cells.length <= sampledRows + rowsAboveTable;
      if (!isWhole) break;
    }
    const place = placeOfTable(cells.map((row) => [...row.keys()]));
    const rows = cells.slice(place.rowsAbove);
    const width = rows.reduce((most, row) => Math.max(most, ...[...row.keys()].map((column) => column - place.left + 1)), 0);
    if (width > columnLimit) throw tooManyColumns(file);
    const table = rows.map((row) => Array.from({ length: width }, (_, cell) => row.get(cell + place.left) ?? ''));
    const header = chosen.header ?? guessHeader(table, width);
    const data = (header ? table.slice(1) : table).slice(0, sampledRows);
    return {
      settings: { ...noTextSettings, format: 'xlsx', header, sheet: sheet.name },
      columns: header && table.length > 0 ? headerNames(table[0]) : numberedColumns(width),
      headerCells: header ? (table[0] ?? []) : [],
      rows: data,
      headRows: data.length,
      estimatedRows: isWhole
        ? table.length - (header ? 1 : 0)
        : Math.max(data.length, Math.round((rows.length * opened.inflatedBytes) / (pieces * pieceBytes))),
      brokenRecords: 0,
      sheets: workbook.sheets.map(({ name }) => name),
    };
  });
}

export async function sheetColumns(file: FileSource, mapping: Mapping): Promise<string[] | undefined> {
  if (!mapping.header) return undefined;
  const { headerCells } = await sampleWorkbook(file, { sheet: mapping.sheet, header: true });
  return headerCells.length > 0 ? namesAsMapped(headerCells.map(withoutGuard), mapping) : undefined;
}

export async function openWorkbook(file: FileSource, mapping: Mapping, options: OpenOptions): Promise<TableRecords> {
  const beyond = { count: 0, row: 0 };
  return {
    blocks: () => sheetBlocks(file, mapping, options, beyond),
    problems: () => (beyond.count > 0 ? [cellsBeyond(beyond)] : []),
  };
}

async function* sheetBlocks(
  file: FileSource,
  mapping: Mapping,
  { fileColumns }: OpenOptions,
  beyond: { count: number; row: number },
): AsyncGenerator<RecordBlock> {
  const width = (fileColumns ?? mapping.columns).length;
  const workbook = await guarded(file, () => openParts(file));
  const sheet = await guarded(file, () => sheetOf(file, workbook, mapping.sheet));
  const opened = workbook.openSheet(sheet);
  const place = await guarded(file, () => findTable(opened));
  const records = new RecordBatch(width);
  let rowsAbove = place.rowsAbove;
  let headerPending = mapping.header;
  let rows = 0;
  const takeRow = (row: SheetReader) => {
    if (rowsAbove > 0) return void rowsAbove--;
    if (headerPending) {
      headerPending = false;
      if (fileColumns) return;
      const texts = rowTexts(row);
      return checkHeaderCells(
        Array.from({ length: width }, (_, cell) => texts.get(cell + place.left) ?? ''),
        mapping,
      );
    }
    rows++;
    let cell = 0;
    row.columns.forEach((column, at) => {
      const target = column - place.left;
      if (target < cell || target >= width) {
        if (beyond.count++ === 0) beyond.row = rows;
        return;
      }
      for (; cell < target; cell++) records.addEmpty();
      records.addBytes(row.writer.bytes, row.starts[at], row.ends[at]);
      cell++;
    });
    records.endRow();
  };
  const pieces = xmlPieces(opened.bytes(), new SheetReader(opened, takeRow, mapping.decimal));
  for (let read = 1; ; read++) {
    const { done } = await guarded(file, () => pieces.next());
    if (done) break;
    const share = Math.min(1, (read * pieceBytes) / Math.max(1, opened.inflatedBytes));
    yield { records, fileOffset: Math.round(file.size * share) };
    records.clear();
  }
}

/** The cells of a row as text, by column. */
function rowTexts({ columns, starts, ends, writer }: SheetReader): Map<number, string> {
  return new Map(columns.map((column, at) => [column, decoder.decode(writer.bytes.subarray(starts[at], ends[at]))]));
}

async function findTable(opened: OpenSheet): Promise<TablePlace> {
  const rows: number[][] = [];
  for await (const _ of xmlPieces(opened.bytes(), new SheetReader(opened, ({ columns }) => void rows.push([...columns]))))
    if (rows.length > rowsAboveTable) break;
  return placeOfTable(rows.slice(0, rowsAboveTable));
}

/** A table begins with its first row of at least two cells: what stands alone above it is a title. */
function placeOfTable(rows: readonly (readonly number[])[]): TablePlace {
  const first = rows.slice(0, rowsAboveTable).findIndex((columns) => columns.length > 1);
  const rowsAbove = Math.max(0, first);
  return { rowsAbove, left: rows[rowsAbove]?.[0] ?? 0 };
}

/** The sheet that the file's own name says (`book.xlsx/1月`: a mapping can name one for all its files only), else the chosen one, else the first with a table. */
async function sheetOf(file: FileSource, workbook: Workbook, chosen: string | undefined): Promise<Sheet> {
  const name = file.member ?? chosen;
  return name === undefined ? firstWithTable(file, workbook) : sheetNamed(file, workbook, name);
}

async function firstWithTable(file: FileSource, workbook: Workbook): Promise<Sheet> {
  for (const sheet of workbook.sheets) {
    let rows = 0;
    const opened = workbook.openSheet(sheet);
    for await (const _ of xmlPieces(opened.bytes(), new SheetReader(opened, () => void rows++))) if (rows > 1) return sheet;
  }
  if (workbook.sheets.length > 0) return workbook.sheets[0];
  throw new UserError('workbook_empty', `There is no sheet with cells in "${file.name}".`, 'Choose another file.', { file: file.name });
}

function sheetNamed(file: FileSource, workbook: Workbook, name: string): Sheet {
  const found = workbook.sheets.find((sheet) => sheet.name === name) ?? workbook.sheets.find((sheet) => shownName(sheet.name) === name);
  if (found) return found;
  const names = workbook.sheets.map((sheet) => sheet.name).join(', ');
  throw new UserError('workbook_no_sheet', `"${file.name}" has no sheet "${name}"; it has ${names}.`, 'Choose one of its sheets.', {
    file: file.name,
    sheet: name,
    names,
  });
}

/** A file is opened several times on its way in, and its shared texts can be most of it. */
const workbooks = new WeakMap<FileSource, Promise<Workbook>>();

function openParts(file: FileSource): Promise<Workbook> {
  const known = workbooks.get(file);
  if (known) return known;
  const workbook = readParts(file);
  workbooks.set(file, workbook);
  // What failed is tried again.
  workbook.catch(() => workbooks.delete(file));
  return workbook;
}

async function readParts(file: FileSource): Promise<Workbook> {
  const start = await readBytes(file, 0, 8);
  if (isCompoundFile(start)) throw await compoundFile(file);
  const members = new Map((await membersOf(file)).map((member) => [member.name.toLowerCase(), member]));
  if (members.has('xl/workbook.bin')) throw otherWorkbook(file, 'XLSB');
  if (!members.has('xl/workbook.xml')) throw otherWorkbook(file, members.has('mimetype') ? 'ODS' : '?');
  const open = (name: string) => members.get(name.toLowerCase())?.open().stream();
  const { sheets, is1904 } = await readWorkbook(open);
  const [texts, kinds] = [await readSharedTexts(open), await readStyles(open)];
  return {
    sheets: sheets.filter(({ part }) => members.has(part.toLowerCase())),
    openSheet(sheet) {
      const member = members.get(sheet.part.toLowerCase())!;
      return { texts, kinds, is1904, sheet, inflatedBytes: member.inflatedBytes, bytes: () => member.open().stream() };
    },
  };
}

async function compoundFile(file: FileSource): Promise<UserError> {
  // Names of what is in such a file are written wide.
  const start = new TextDecoder('utf-16le').decode(await readBytes(file, 0, Math.min(file.size - (file.size % 2), 1 << 22)));
  if (start.includes('EncryptedPackage'))
    return new UserError(
      'workbook_locked',
      `"${file.name}" is protected by a password.`,
      'Open it in Excel, take the password off (File, Info, Protect Workbook), and save it again.',
      { file: file.name },
    );
  return otherWorkbook(file, 'XLS');
}

function otherWorkbook(file: FileSource, kind: string): UserError {
  return new UserError(
    'workbook_other',
    `"${file.name}" is a spreadsheet of a kind that is not read here (${kind}).`,
    'Open it in Excel and save it as an Excel workbook (.xlsx) or as CSV UTF-8.',
    { file: file.name, kind },
  );
}

function cellsBeyond({ count, row }: { count: number; row: number }): Diagnostic {
  return {
    code: 'cells_beyond_columns',
    severity: 'warning',
    message: `${count} cells stand beside the columns of the table, the first in row ${row}; they were left out.`,
    hint: 'If they matter, give their column a heading.',
    row,
    values: { count, row },
  };
}

async function guarded<T>(file: FileSource, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const known = fileReadError(error, file);
    throw known instanceof UserError && known.code !== 'packed_broken' ? known : damaged(file, 'Excel');
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
