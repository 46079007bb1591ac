import { unzipSync, zipSync, type Zippable } from 'fflate';
import type { NumberArray } from '../../math/permute';
import type { ModelState, StateArray } from '../modelState';
import type { StateIds, TravellingState } from './travelling';

/** How NumPy names the types; the first letter is the order of bytes. */
const typeNames = { Float32Array: '<f4', Float64Array: '<f8', Int32Array: '<i4', Uint8Array: '|u1' } as const;
const types = { '<f4': Float32Array, '<f8': Float64Array, '<i4': Int32Array, '|u1': Uint8Array } as const;

/** What arrays alone do not say, in a member of this name. */
const metaName = 'muster.json';
/** Who and what the numbers are. */
const idsName = 'ids.json';

interface Meta {
  format: string;
  meta: ModelState['meta'];
  arrays: Record<string, Pick<StateArray, 'axes' | 'numbersOf'>>;
  about?: TravellingState['about'];
}

/**
 * A state as NumPy's `.npz`: a zip of one `.npy` an array, and `muster.json` for the rest. `numpy.load` reads it; equal
 * states give equal bytes. Only ids (`ids.json`) are compressed, because factors hardly shrink.
 */
export function writeNpz({ format, arrays, meta }: ModelState, { ids, about }: Omit<TravellingState, 'state'> = {}): Uint8Array {
  const described: Meta = {
    format,
    meta,
    ...(about && { about }),
    arrays: Object.fromEntries(
      Object.entries(arrays).map(([name, { axes, numbersOf }]) => [name, { axes, ...(numbersOf && { numbersOf }) }]),
    ),
  };
  const members: Zippable = { [metaName]: new TextEncoder().encode(JSON.stringify(described)) };
  if (ids) members[idsName] = [new TextEncoder().encode(JSON.stringify(ids)), { level: 6 }];
  for (const [name, array] of Object.entries(arrays)) members[`${name}.npy`] = writeNpy(array);
  return zipSync(members, { level: 0, mtime: new Date(1980, 0, 1) });
}

/** @throws Error where the bytes are not those of {@link writeNpz} */
export function readNpz(bytes: Uint8Array): ModelState {
  return readTravelling(bytes).state;
}

/** The same with all that came along. @throws Error where the bytes are not those of {@link writeNpz} */
export function readTravelling(bytes: Uint8Array): TravellingState {
  const members = unzipSync(bytes);
  const read = (name: string): unknown => JSON.parse(new TextDecoder().decode(members[name]));
  const { format, meta, arrays, about } = read(metaName) as Meta;
  const state = {
    format,
    meta,
    arrays: Object.fromEntries(Object.entries(arrays).map(([name, rest]) => [name, { ...readNpy(members[`${name}.npy`]), ...rest }])),
  };
  return { state, ...(members[idsName] && { ids: read(idsName) as StateIds }), ...(about && { about }) };
}

/** Version 1.0 of the format: magic, a Python dictionary padded to whole 64 bytes, the values in row order. */
export function writeNpy({ data, shape }: Pick<StateArray, 'data' | 'shape'>): Uint8Array {
  const type = typeNames[data.constructor.name as keyof typeof typeNames];
  const lengths = shape.map((length) => `${length},`).join(' ');
  const fields = `{'descr': '${type}', 'fortran_order': False, 'shape': (${lengths}), }`;
  const header = fields.padEnd(64 * Math.ceil((fields.length + 11) / 64) - 11) + '\n';
  const values = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const bytes = new Uint8Array(10 + header.length + values.length);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length & 255, header.length >> 8]);
  bytes.set(new TextEncoder().encode(header), 10);
  bytes.set(values, 10 + header.length);
  return bytes;
}

export function readNpy(bytes: Uint8Array): { data: NumberArray; shape: number[] } {
  const headerLength = bytes[8] + 256 * bytes[9];
  const header = new TextDecoder().decode(bytes.subarray(10, 10 + headerLength));
  const type = types[header.match(/'descr': '([^']+)'/)?.[1] as keyof typeof types];
  const shape =
    header
      .match(/'shape': \(([^)]*)\)/)?.[1]
      .match(/\d+/g)
      ?.map(Number) ?? [];
  if (!type) throw new Error(`no array of a known type: ${header}`);
  // A copy, because values must begin at a multiple of their size.
  return { data: new type(bytes.slice(10 + headerLength).buffer), shape };
}
