/**
 * Reads a CSV file of ours back, strictly, for the check before a file is handed over. One row at a time: `null` is a
 * missing value, `''` an empty text.
 * @throws Error where the file is not one that we would write
 */
export function* readCsvRows(text: string, { delimiter, lineEnd }: { delimiter: string; lineEnd: string }): Generator<(string | null)[]> {
  const separator = delimiter.charCodeAt(0);
  let at = 0;
  while (at < text.length) {
    // Most rows have no quotes at all.
    const end = text.indexOf(lineEnd, at);
    const line = end < 0 ? '"' : text.slice(at, end);
    if (!/["\r\n]/.test(line)) {
      yield line.split(delimiter).map((cell) => (cell === '' ? null : cell));
      at = end + lineEnd.length;
      continue;
    }
    const row: (string | null)[] = [];
    for (;;) {
      if (text[at] === '"') {
        const end = closingQuote(text, at + 1);
        row.push(text.slice(at + 1, end).replaceAll('""', '"'));
        at = end + 1;
      } else {
        let end = at;
        for (; end < text.length; end++) {
          const unit = text.charCodeAt(end);
          if (unit === separator || unit === 10 || unit === 13 || unit === 34) break;
        }
        row.push(end === at ? null : text.slice(at, end));
        at = end;
      }
      if (text[at] !== delimiter) break;
      at++;
    }
    if (!text.startsWith(lineEnd, at)) throw new Error(`a CSV row does not end at character ${at}`);
    at += lineEnd.length;
    yield row;
  }
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  throw new Error('a quote in a CSV file never closes');
}
