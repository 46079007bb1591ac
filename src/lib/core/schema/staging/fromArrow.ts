import type { Dictionary, Utf8, Vector } from 'apache-arrow';
import type { NumberColumn, TextColumn } from './columns';
import { TextPool } from './textPool';

/** An Arrow text column (plain or dictionary) as codes into a pool, read from its bytes. */
export function textFrom(vector: Vector<Utf8 | Dictionary<Utf8>>): TextColumn {
  const pool = new TextPool();
  const codes = new Int32Array(vector.length).fill(-1);
  let row = 0;
  for (const data of vector.data) {
    const { dictionary, valueOffsets, values, nullBitmap, nullCount, offset } = data as unknown as {
      dictionary?: Vector<Utf8>;
      valueOffsets: Int32Array;
      values: Uint8Array | Int32Array;
      nullBitmap: Uint8Array;
      nullCount: number;
      offset: number;
    };
    const translation =
      dictionary && Int32Array.from({ length: dictionary.length }, (_, code) => pool.internText(dictionary.get(code) ?? ''));
    for (let i = 0; i < data.length; i++, row++) {
      if (nullCount > 0 && (nullBitmap[(offset + i) >> 3] & (1 << ((offset + i) & 7))) === 0) continue;
      codes[row] = translation
        ? translation[Number(values[i])]
        : pool.intern(values as Uint8Array, Number(valueOffsets[i]), Number(valueOffsets[i + 1]));
    }
  }
  return { kind: 'text', codes, pool };
}

/** An Arrow column of doubles; NULL becomes NaN. */
export function numbersFrom(vector: Vector): NumberColumn {
  const values = new Float64Array(vector.length);
  let row = 0;
  for (const data of vector.data) {
    const { nullBitmap, nullCount, offset } = data;
    for (let i = 0; i < data.length; i++, row++) {
      const empty = nullCount > 0 && (nullBitmap[(offset + i) >> 3] & (1 << ((offset + i) & 7))) === 0;
      values[row] = empty ? NaN : Number(data.values[i]);
    }
  }
  return { kind: 'number', values };
}
