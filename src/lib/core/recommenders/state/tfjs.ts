import type { NumberArray } from '../../math/permute';
import type { ModelState, StateArray } from '../modelState';
import type { StateFile, TravellingState } from './travelling';

/** One file of weights; tfjs cuts larger ones, and reads any size. */
const shard = 'group1-shard1of1.bin';

/**
 * A state in the layout of tfjs: `model.json` with a weights manifest, and the values one after another. What is
 * float64 becomes float32, which is all that tfjs knows.
 */
export function writeTfjs({ format, arrays, meta }: ModelState, { ids, about }: Omit<TravellingState, 'state'> = {}): StateFile[] {
  const parts = Object.entries(arrays).map(([name, { data, shape, axes, numbersOf }]) => {
    const values = data instanceof Float64Array ? Float32Array.from(data) : data;
    const dtype = values instanceof Float32Array ? 'float32' : 'int32';
    const placed = values instanceof Uint8Array ? Int32Array.from(values) : values;
    const type = placed === data ? {} : { type: data.constructor.name };
    return { spec: { name, shape, dtype }, about: { axes, ...(numbersOf && { numbersOf }), ...type }, values: placed };
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
    userDefinedMetadata: {
      format,
      meta,
      arrays: Object.fromEntries(parts.map((part) => [part.spec.name, part.about])),
      ...(ids && { ids }),
      ...(about && { about }),
    },
    weightsManifest: [{ paths: [shard], weights: parts.map(({ spec }) => spec) }],
  };
  return [
    { name: 'model.json', bytes: new TextEncoder().encode(JSON.stringify(model, null, 2)) },
    { name: shard, bytes },
  ];
}

interface WeightsModel {
  userDefinedMetadata?: Omit<TravellingState, 'state'> & {
    format: string;
    meta: ModelState['meta'];
    arrays: Record<string, Pick<StateArray, 'axes' | 'numbersOf'> & { type?: string }>;
  };
  weightsManifest?: { paths: string[]; weights: { name: string; shape: number[]; dtype: string }[] }[];
}

/**
 * What {@link writeTfjs} wrote, also where something else has cut the weights into several files.
 * @param model the text of `model.json`
 * @throws Error where it is none, or a file of weights is missing or too short
 */
export function readTfjs(model: string, fileOf: (name: string) => Uint8Array): TravellingState {
  const { userDefinedMetadata, weightsManifest = [] } = JSON.parse(model) as WeightsModel;
  if (!userDefinedMetadata?.arrays) throw new Error('model.json says nothing of what its weights mean');
  const { format, meta, arrays: about, ...rest } = userDefinedMetadata;
  const arrays: ModelState['arrays'] = {};
  for (const { paths, weights } of weightsManifest) {
    const bytes = joined(paths.map(fileOf));
    let at = 0;
    for (const { name, shape, dtype } of weights) {
      const length = shape.reduce((product, side) => product * side, 1);
      if (at + 4 * length > bytes.length) throw new Error(`the weights end before ${name} does`);
      const values = bytes.slice(at, (at += 4 * length)).buffer;
      const { type, ...described } = about[name];
      arrays[name] = { data: ofType(dtype === 'int32' ? new Int32Array(values) : new Float32Array(values), type), shape, ...described };
    }
  }
  return { ...rest, state: { format, meta, arrays } };
}

function ofType(values: Int32Array | Float32Array, type: string | undefined): NumberArray {
  return type === 'Float64Array' ? Float64Array.from(values) : type === 'Uint8Array' ? Uint8Array.from(values) : values;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
