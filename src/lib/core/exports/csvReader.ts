/**
 * Reads a CSV file of ours back, strictly, for the check before a file is handed over. One row at a time: `null` is a
 * missing value, `''` an empty text.
 * @throws Error where the file is not one that we would write
 */
export function* readCsvRows(text: string): Generator<(string | null)[]> {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    const row: (string | null)[] = [];
    for (;;) {
      if (text[at] === '"') {
        const end = closingQuote(text, at + 1);
        row.push(text.slice(at + 1, end).replaceAll('""', '"'));
        at = end + 1;
      } else {
        let end = at;
        while (end < text.length && !isEnd(text.charCodeAt(end))) end++;
        row.push(end === at ? null : text.slice(at, end));
        at = end;
      }
      if (text[at] !== ',') break;
      at++;
    }
    if (text[at] === '\r') at++;
    if (text[at] !== '\n') throw new Error(`a CSV row does not end at character ${at}`);
    at++;
    yield row;
  }
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  throw new Error('a quote in a CSV file never closes');
}

function isEnd(code: number): boolean {
  return code === 0x2c || code === 0x0a || code === 0x0d;
}
