import { strToU8, zipSync } from 'fflate';

type Cell = string | number;

/** A small workbook as a spreadsheet program writes it: shared strings, dates as day numbers with a date style. */
export function xlsxBytes(sheets: Record<string, { rows: Cell[][]; dateColumns?: number[] }>): Uint8Array {
  const strings: string[] = [];
  const stringOf = (text: string) => (strings.includes(text) ? strings.indexOf(text) : strings.push(text) - 1);
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const parts: Record<string, string> = {};
  const names = Object.keys(sheets);
  names.forEach((name, place) => {
    const { rows, dateColumns = [] } = sheets[name];
    const lines = rows.map((row, r) => {
      const cells = row.map((cell, c) => {
        const at = `${String.fromCharCode(65 + c)}${r + 1}`;
        if (typeof cell === 'string') return `<c r="${at}" t="s"><v>${stringOf(cell)}</v></c>`;
        return `<c r="${at}"${dateColumns.includes(c) ? ' s="1"' : ''}><v>${cell}</v></c>`;
      });
      return `<row r="${r + 1}">${cells.join('')}</row>`;
    });
    parts[`xl/worksheets/sheet${place + 1}.xml`] = `${declaration}<worksheet ${main}><sheetData>${lines.join('')}</sheetData></worksheet>`;
  });
  const listed = names.map((name, i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join('');
  const related = names.map((_, i) => relation(`rId${i + 1}`, 'worksheet', `worksheets/sheet${i + 1}.xml`)).join('');
  const types = names
    .map((_, i) => `<Override PartName="/xl/worksheets/sheet${i + 1}.xml" ContentType="${office}spreadsheetml.worksheet+xml"/>`)
    .join('');
  parts['xl/workbook.xml'] =
    `${declaration}<workbook ${main} xmlns:r="${schema}officeDocument/2006/relationships"><sheets>${listed}</sheets></workbook>`;
  parts['xl/_rels/workbook.xml.rels'] =
    `${declaration}<Relationships xmlns="${schema}package/2006/relationships">${related}${relation('rIdA', 'sharedStrings', 'sharedStrings.xml')}${relation('rIdB', 'styles', 'styles.xml')}</Relationships>`;
  parts['xl/sharedStrings.xml'] =
    `${declaration}<sst ${main} count="${strings.length}" uniqueCount="${strings.length}">${strings.map((text) => `<si><t>${escaped(text)}</t></si>`).join('')}</sst>`;
  parts['xl/styles.xml'] =
    `${declaration}<styleSheet ${main}><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>`;
  parts['_rels/.rels'] =
    `${declaration}<Relationships xmlns="${schema}package/2006/relationships">${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`;
  parts['[Content_Types].xml'] =
    `${declaration}<Types xmlns="${schema}package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${office}spreadsheetml.sheet.main+xml"/>${types}<Override PartName="/xl/sharedStrings.xml" ContentType="${office}spreadsheetml.sharedStrings+xml"/><Override PartName="/xl/styles.xml" ContentType="${office}spreadsheetml.styles+xml"/></Types>`;
  return zipSync(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(text)])));
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const schema = 'http://schemas.openxmlformats.org/';
const main = `xmlns="${schema}spreadsheetml/2006/main"`;
const office = 'application/vnd.openxmlformats-officedocument.';

function relation(id: string, type: string, target: string): string {
  return `<Relationship Id="${id}" Type="${schema}officeDocument/2006/relationships/${type}" Target="${target}"/>`;
}
