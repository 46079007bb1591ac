import { detectEncoding, toUtf8 } from '../schema/csv/encoding';
import { readRecords } from '../schema/inspect/dialect';
import { headerFit, isHeaderWord } from '../schema/inspect/headerWords';
import { isMailHeader, isPhoneHeader } from './contactKeys';
import { idText } from './idList';

export interface ReadIdList {
  /** One id a line. */
  ids: string;
  /** The header of the column that was taken, where the file has one. */
  column?: string;
}

const delimiters = ['\t', ';', ',', '|'];

/**
 * Customers' ids out of a file or out of what was pasted: the column whose header is a word for customers, otherwise
 * one of e-mail addresses or phone numbers, otherwise the first. In a single column the commas of one line part ids, too. Spaces around an id go; everything else stays.
 */
export function readIdList(bytes: Uint8Array): ReadIdList {
  const text = toUtf8(bytes, detectEncoding(bytes, false));
  const delimiter = delimiterOf(text);
  const { records } = readRecords(text, { delimiter, quote: '"' }, Infinity);
  const [first = []] = records.map((record) => record.map((cell) => cell.replace(/^\uFEFF/, '').trim()));
  const fits = first.map((header) => headerFit(header, 'user'));
  const best = fits.indexOf(Math.max(...fits));
  const isNamed = fits.length > 0 && fits[best] > 0;
  const contact = first.findIndex((header) => !header.includes('@') && (isMailHeader(header) || isPhoneHeader(header)));
  const taken = isNamed ? best : Math.max(0, contact);
  const hasHeader = isNamed || contact >= 0 || (first.length > 0 && first.every((cell) => isHeaderWord(cell)));
  const rows = hasHeader ? records.slice(1) : records;
  const inOneLine = rows.length === 1 && rows[0].length > 1 && !hasHeader;
  const cells = inOneLine ? rows[0] : rows.map((record) => record[taken] ?? '');
  const found = cells.map((cell) => cell.replace(/^\uFEFF/, '').trim());
  return {
    ids: idText(found),
    ...(hasHeader && { column: first[taken] }),
  };
}

/** What cuts the first line into most cells. */
function delimiterOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(10);
  const line = new TextDecoder().decode(bytes.subarray(0, end < 0 ? Math.min(bytes.length, 1 << 16) : end));
  return delimiters.reduce((best, each) => (line.split(each).length > line.split(best).length ? each : best));
}
