import { makeData, makeVector, Utf8, type Vector } from 'apache-arrow';

/**
 * Texts as an Arrow column. Arrow's own builders (`vectorFromArray`, `tableFromArrays` of texts) make functions from
 * text, which the page's content policy forbids.
 */
export function textColumn(texts: readonly (string | null)[]): Vector<Utf8> {
  const encoder = new TextEncoder();
  const offsets = new Int32Array(texts.length + 1);
  const known = new Uint8Array((texts.length + 7) >> 3);
  // UTF-8 takes at most three bytes for one UTF-16 unit.
  const bytes = new Uint8Array(texts.reduce((sum, text) => sum + 3 * (text?.length ?? 0), 0));
  let nullCount = 0;
  texts.forEach((text, row) => {
    const written = text === null ? 0 : encoder.encodeInto(text, bytes.subarray(offsets[row])).written;
    offsets[row + 1] = offsets[row] + written;
    if (text === null) nullCount++;
    else known[row >> 3] |= 1 << (row & 7);
  });
  const data = bytes.slice(0, offsets[texts.length]);
  return makeVector(makeData({ type: new Utf8(), length: texts.length, nullCount, nullBitmap: known, valueOffsets: offsets, data }));
}
