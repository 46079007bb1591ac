/**
 * Texts as a spreadsheet keeps them when it opens a CSV (measured in docs/decisions/0008-destinations.md).
 *
 * - What it would turn into a number, a date or a truth value (`00042`, `+8613800138000`, `1-2`, `TRUE`) is written as
 *   `="00042"`: a formula that is nothing but this text, so leading zeros and long numbers survive, without a
 *   character more in the cell. Only texts without quotes and separators are written so, so nothing can leave it.
 * - What it would run as a formula (`=`, `+`, `-`, `@` at the beginning, also after spaces) gets a tab before it,
 *   inside the quotes of the cell; also after a separator inside the text, because a spreadsheet of another language
 *   splits the line there.
 *
 * {@link fromSpreadsheetText} takes both off again, whatever the text.
 */
export function toSpreadsheetText(text: string): string {
  if (isTakenForValue(text)) return `="${text}"`;
  const inner = text.replace(/([,;\r\n])(\t*)(?=[=+\-@＝＋－＠])/g, '$1\t$2');
  return /^(?:[\s\0]*[=+\-@＝＋－＠]|[\t\r\n\0])/.test(text) || isNumberLike(text) ? `\t${inner}` : inner;
}

export function fromSpreadsheetText(cell: string): string {
  const value = /^="([^"]*)"$/.exec(cell);
  if (value) return value[1];
  const inner = cell.startsWith('\t') ? cell.slice(1) : cell;
  return inner.replace(/([,;\r\n])\t(\t*)(?=[=+\-@＝＋－＠])/g, '$1$2');
}

/** A formula's text may have 255 characters. */
const longestValue = 255;

function isTakenForValue(text: string): boolean {
  return text.length <= longestValue && !/[",;|\p{Cc}]/u.test(text) && isNumberLike(text);
}

/** Excel reads full-width digits, months in English and Chinese dates, too; a text too many does no harm here. */
function isNumberLike(text: string): boolean {
  const plain = text.normalize('NFKC').trim();
  if (/^(true|false)$/i.test(plain)) return true;
  if (!/\d/.test(plain)) return false;
  return (
    /^[\d\s.,:/%()+\-'’$¥€£年月日时分秒点号]+([eE][+-]?\d+)?$/.test(plain) ||
    /^[\d\s./,-]*(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[\d\s./,-]*$/i.test(plain) ||
    /^[\d:\s]+[ap]m?$/i.test(plain)
  );
}
