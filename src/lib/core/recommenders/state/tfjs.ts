import type { ModelState } from '../modelState';

export interface StateFile {
  name: string;
  bytes: Uint8Array;
}

/** One file of weights; tfjs cuts larger ones, and reads any size. */
const shard = 'group1-shard1of1.bin';

/**
 * A state in the layout of tfjs: `model.json` with a weights manifest, and the values one after another. What is
 * float64 becomes float32, which is all that tfjs knows.
 */
export function writeTfjs({ format, arrays, meta }: ModelState): StateFile[] {
  const parts = Object.entries(arrays).map(([name, { data, shape, axes, numbersOf }]) => {
    const values = data instanceof Float64Array ? Float32Array.from(data) : data;
    const dtype = values instanceof Float32Array ? 'float32' : 'int32';
    const placed = values instanceof Uint8Array ? Int32Array.from(values) : values;
    return { spec: { name, shape, dtype }, about: { axes, ...(numbersOf && { numbersOf }) }, values: placed };
  });
  const bytes = new Uint8Array(parts.reduce((sum, { values }) => sum + values.byteLength, 0));
  let at = 0;
  for (const { values } of parts) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  const model = {
    format: 'weights',
    generatedBy: 'muster',
    userDefinedMetadata: { format, meta, arrays: Object.fromEntries(parts.map(({ spec, about }) => [spec.name, about])) },
    weightsManifest: [{ paths: [shard], weights: parts.map(({ spec }) => spec) }],
  };
  return [
    { name: 'model.json', bytes: new TextEncoder().encode(JSON.stringify(model, null, 2)) },
    { name: shard, bytes },
  ];
}
