import type { ModelState } from '../core/recommenders/modelState';

/** How arrays are named in a packed state. */
const arrayTypes = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array } as const;
type ArrayName = keyof typeof arrayTypes;

interface Header {
  format: string;
  meta: unknown;
  arrays: { name: string; type: ArrayName; length: number; rest: object }[];
}

/** A model's named arrays as one run of bytes: the length of a JSON header, the header, then the arrays at multiples of 8. */
export function packModelState({ format, arrays, meta }: ModelState): Uint8Array {
  const entries = Object.entries(arrays);
  const header: Header = {
    format,
    meta,
    arrays: entries.map(([name, { data, ...rest }]) => ({ name, type: nameOf(data), length: data.length, rest })),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = aligned(4 + text.length);
  const whole = new Uint8Array(entries.reduce((end, [, { data }]) => aligned(end) + data.byteLength, start));
  new DataView(whole.buffer).setUint32(0, text.length, true);
  whole.set(text, 4);
  let at = start;
  for (const [, { data }] of entries) {
    at = aligned(at);
    whole.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return whole;
}

export function unpackModelState(bytes: Uint8Array): ModelState {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const { format, meta, arrays } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Header;
  let at = aligned(4 + length);
  const entries = arrays.map(({ name, type, rest, length: count }) => {
    const Type = arrayTypes[type];
    at = aligned(at);
    const data = new Type(bytes.slice(at, at + count * Type.BYTES_PER_ELEMENT).buffer);
    at += data.byteLength;
    return [name, { ...rest, data }] as const;
  });
  return { format, meta, arrays: Object.fromEntries(entries) } as ModelState;
}

function nameOf(data: ArrayBufferView): ArrayName {
  const found = Object.entries(arrayTypes).find(([, Type]) => data instanceof Type);
  if (!found) throw new Error(`a model holds an array of an unknown type: ${data.constructor.name}`);
  return found[0] as ArrayName;
}

const aligned = (at: number) => Math.ceil(at / 8) * 8;
