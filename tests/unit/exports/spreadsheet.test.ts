import { describe, expect, it } from 'vitest';
import { fromSpreadsheetText, toSpreadsheetText } from '$lib/core/exports/formats/spreadsheetText';
import { csvFormat } from '$lib/core/exports/formats/csv';
import { spreadsheetStyle } from '$lib/core/exports/formats/csvStyle';
import { Random } from '$lib/core/base/random';
import { nastyTexts, tableOf, write } from './nasty';

describe('a CSV for a spreadsheet', () => {
  it('keeps ids and phones as texts, and numbers as numbers', async () => {
    const table = tableOf(
      [
        { name: 'user', type: 'text', required: true },
        { name: 'phone', type: 'text' },
        { name: 'revenue', type: 'decimal' },
        { name: 'consent', type: 'boolean' },
        { name: 'lastSeen', type: 'time' },
      ],
      [
        ['00042', '+8613800138000', -12.5, true, Date.UTC(2026, 4, 1, 8)],
        ['张伟', null, 3, false, null],
      ],
    );
    const text = async (delimiter: ',' | ';') =>
      new TextDecoder('utf-8', { ignoreBOM: true }).decode(await write(csvFormat(spreadsheetStyle(delimiter)), table));
    expect(await text(',')).toBe(
      '\uFEFFuser,phone,revenue,consent,lastSeen\r\n' +
        '"=""00042""","=""+8613800138000""",-12.5,TRUE,2026-05-01 08:00:00\r\n' +
        '张伟,,3,FALSE,\r\n',
    );
    expect(await text(';')).toContain('-12,5;TRUE;');
  });

  it.each([
    ['00042', '="00042"'],
    ['12345678901234567890', '="12345678901234567890"'],
    ['+8613800138000', '="+8613800138000"'],
    ['1-2', '="1-2"'],
    ['3月4日', '="3月4日"'],
    ['MAR1', '="MAR1"'],
    ['TRUE', '="TRUE"'],
    ['1,234', '\t1,234'],
    ['=HYPERLINK("http://x","y")', '\t=HYPERLINK("http://x","y")'],
    ['  @SUM(A1)', '\t  @SUM(A1)'],
    ['a;=1+1', 'a;\t=1+1'],
    ['＝1+1', '\t＝1+1'],
    ['="00042"', '\t="00042"'],
    ['Ann, aged 7', 'Ann, aged 7'],
    ['TEA-0042', 'TEA-0042'],
    ["O'Brien", "O'Brien"],
  ])('writes %s as %s', (text, written) => {
    expect(toSpreadsheetText(text)).toBe(written);
    expect(fromSpreadsheetText(written)).toBe(text);
  });

  it('gives back any text, and no cell of it begins with a formula', () => {
    const random = new Random(5);
    const letters = ['=', '+', '-', '@', '\t', ',', ';', '"', '\n', '\r', ' ', '0', '7', '.', 'e', 'a', "'", '＝', '张'];
    const texts = [
      ...nastyTexts,
      ...Array.from({ length: 20_000 }, () =>
        Array.from({ length: random.below(8) }, () => letters[random.below(letters.length)]).join(''),
      ),
    ];
    const wrong = texts.filter((text) => {
      const written = toSpreadsheetText(text);
      if (fromSpreadsheetText(written) !== text) return true;
      // Only `="…"` with nothing in it that ends the text may begin with a formula's character.
      if (/^="[^"]*"$/.test(written)) return false;
      return /^(?!\t)\s*[=+\-@＝＋－＠]|[,;\r\n][=+\-@＝＋－＠]/.test(written);
    });
    expect(wrong).toEqual([]);
  });
});
