import { unzipSync } from 'fflate';
import { UserError } from '../../base/errors';
import { emptyBlock, type FileFormat } from '../format';
import { blockRows, numberText, type ExportCell, type ExportColumn, type ExportColumnType, type ExportTable } from '../table';
import type { RunContext } from '../../base/run';
import { joinedBytes } from '../../base/bytes';
import { zipFiles } from '../zip';

/** A cell of Excel holds no more; a longer one makes it call the file broken. */
const longestText = 32_767;
/** Days from Excel's day 0 (1899-12-30, counting the leap day of 1900 that there never was) to 1970-01-01. */
const excelEpoch = 25_569;
const dayMs = 86_400_000;
const sheetName = 'xl/worksheets/sheet1.xml';

/**
 * Office Open XML (ECMA-376) with one sheet. Texts are inline strings, so that ids keep their zeros and nothing runs
 * as a formula, without any guard; dates and instants are Excel's own. Equal tables give equal bytes.
 */
export const xlsxFormat: FileFormat = {
  extension: 'xlsx',

  async *write(table, run) {
    const encoder = new TextEncoder();
    const entries = Object.entries(frame).map(([name, xml]) => ({ name, bytes: encoder.encode(xml) }));
    yield await zipFiles([...entries, { name: sheetName, bytes: await sheet(table, run) }], run);
  },

  async *read(bytes, columns, run) {
    const files = unzipSync(bytes);
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    for (const [name, xml] of Object.entries(frame)) {
      if (!files[name] || decoder.decode(files[name]) !== xml) throw new Error(`${name} is not as it was written`);
    }
    const xml = decoder.decode(files[sheetName]);
    if (!xml.startsWith(sheetStart) || !xml.endsWith(sheetEnd)) throw new Error('the sheet is cut off');
    const rows = rowsOf(xml.slice(sheetStart.length, -sheetEnd.length));
    const header = rows.next();
    const names = header.done ? [] : cellsOf(header.value, 1).map(({ xml: cell }) => String(readCell(cell, 'text')));
    let block = emptyBlock(names);
    let number = 1;
    for (const row of rows) {
      number++;
      const found = new Map(cellsOf(row, number).map(({ column, xml: cell }) => [column, cell]));
      if ([...found.keys()].some((column) => column >= names.length)) throw new Error(`the row ${number} has cells without a header`);
      names.forEach((_, c) => block.cells[c].push(readCell(found.get(c), columns[c]?.type ?? 'text')));
      if (++block.rows < blockRows) continue;
      yield block;
      block = emptyBlock(names);
      await run.breathe();
    }
    yield block;
  },
};

async function sheet(table: ExportTable, run: RunContext): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const letters = table.columns.map((_, c) => columnLetters(c));
  const header = table.columns.map(({ name }, c) => writeCell(`${letters[c]}1`, name, 'text')).join('');
  const pieces = [encoder.encode(`${sheetStart}<row r="1">${header}</row>`)];
  let number = 1;
  for await (const block of table.blocks()) {
    for (let start = 0; start < block.rows; start += blockRows) {
      const lines: string[] = [];
      for (let row = start; row < Math.min(block.rows, start + blockRows); row++) {
        number++;
        lines.push(`<row r="${number}">`);
        table.columns.forEach(({ type }: ExportColumn, c) => lines.push(writeCell(`${letters[c]}${number}`, block.cells[c][row], type)));
        lines.push('</row>');
      }
      pieces.push(encoder.encode(lines.join('')));
      await run.breathe();
    }
  }
  return joinedBytes([...pieces, encoder.encode(sheetEnd)]);
}

function writeCell(at: string, value: ExportCell, type: ExportColumnType): string {
  if (value === null) return '';
  if (type === 'text') {
    const text = String(value);
    if (text.length > longestText) throw tooLong(text.length);
    return `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;
  }
  if (type === 'boolean') return `<c r="${at}" t="b"><v>${value ? 1 : 0}</v></c>`;
  if (type === 'date') return `<c r="${at}" s="1"><v>${Number(value) + excelEpoch}</v></c>`;
  if (type === 'time') return `<c r="${at}" s="2"><v>${Number(value) / dayMs + excelEpoch}</v></c>`;
  return `<c r="${at}"><v>${numberText(Number(value))}</v></c>`;
}

function readCell(xml: string | undefined, type: ExportColumnType): ExportCell {
  if (xml === undefined) return null;
  if (type === 'text') {
    const text = /^ t="inlineStr"><is><t xml:space="preserve">([^<]*)<\/t><\/is>$/.exec(xml);
    if (!text) throw new Error('a text stands in no inline string');
    return unescaped(text[1]);
  }
  const kind = type === 'boolean' ? ' t="b"' : type === 'date' ? ' s="1"' : type === 'time' ? ' s="2"' : '';
  const [, attributes, digits] = /^([^>]*)><v>([^<]+)<\/v>$/.exec(xml) ?? [];
  const value = Number(digits);
  if (attributes !== kind || Number.isNaN(value)) throw new Error(`a ${type} is written as something else`);
  if (type === 'boolean') return value === 1;
  if (type === 'date') return value - excelEpoch;
  return type === 'time' ? Math.round((value - excelEpoch) * dayMs) : value;
}

function* rowsOf(xml: string): Generator<string> {
  for (let at = 0; at < xml.length;) {
    const end = xml.indexOf('</row>', at);
    if (end < 0) throw new Error('a row does not end');
    yield xml.slice(at, end);
    at = end + '</row>'.length;
  }
}

/** The cells of a row by their columns, each what stands behind its place. */
function cellsOf(row: string, number: number): { column: number; xml: string }[] {
  const start = `<row r="${number}">`;
  if (!row.startsWith(start)) throw new Error(`the row ${number} is not where it must be`);
  const cells = row.slice(start.length).split('</c>');
  if (cells.pop() !== '') throw new Error(`the row ${number} holds more than cells`);
  return cells.map((cell) => {
    const [whole, letters, at] = /^<c r="([A-Z]+)(\d+)"/.exec(cell) ?? [];
    if (whole === undefined || Number(at) !== number) throw new Error(`a cell of the row ${number} has no place`);
    return { column: columnNumber(letters), xml: cell.slice(whole.length) };
  });
}

function columnLetters(column: number): string {
  const rest = Math.floor(column / 26) - 1;
  return (rest >= 0 ? columnLetters(rest) : '') + String.fromCharCode(65 + (column % 26));
}

function columnNumber(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** XML cannot hold most control characters: the format writes them, and what looks like that, as `_x000D_` (ST_Xstring). */
function escaped(text: string): string {
  return text
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(/(?![\t\n])[\p{Cc}\ufffe\uffff]/gu, (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function unescaped(xml: string): string {
  return xml
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
    .replace(/_x([0-9A-F]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

function tooLong(length: number): UserError {
  return new UserError(
    'export_text_too_long',
    `A text has ${length} characters, and a cell of Excel holds ${longestText}.`,
    'Leave the column out, or choose CSV or Parquet.',
    { length, most: longestText },
  );
}

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packaged = 'http://schemas.openxmlformats.org/package/2006';
const office = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

// The first row stays in sight.
const sheetStart = `${head}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`;
const sheetEnd = '</sheetData></worksheet>';

/** The parts that are the same in every workbook of ours. Styles: 0 as it is, 1 a date, 2 an instant. */
const frame: Readonly<Record<string, string>> = {
  '[Content_Types].xml': `${head}<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${office}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${office}.styles+xml"/><Override PartName="/${sheetName}" ContentType="${office}.worksheet+xml"/></Types>`,
  '_rels/.rels': `${head}<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `${head}<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `${head}<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
  'xl/styles.xml': `${head}<styleSheet xmlns="${main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`,
};
