import { unzipSync } from 'fflate';
import { UserError } from '../../base/errors';
import { findRecommender, recommenders } from '../catalogue';
import { namesCustomers } from '../modelState';
import type { Recommender } from '../recommender';
import { readTravelling } from './npz';
import type { TravellingState } from './travelling';
import { readTfjs } from './tfjs';
import type { StateFile } from './travelling';

export interface ModelFile {
  recommender: Recommender;
  /** With ids: others are refused. */
  weights: TravellingState & { ids: NonNullable<TravellingState['ids']> };
}

/**
 * A model from the files that somebody brings: `model.npz`, a `model.json` of tfjs with its weights, or the zip of all
 * that Muster writes. Nothing in them is run, and every array is checked.
 * @throws UserError `model_file_…`
 */
export function readModelFile(files: readonly StateFile[]): ModelFile {
  const named = files.map(({ name }) => name).join(', ');
  const weights = opened(files, named);
  const { state, ids } = weights;
  const id = String(state.format).split('/')[0];
  if (!recommenders.some((recommender) => recommender.id === id)) {
    const known = recommenders.map((recommender) => recommender.id).join(', ');
    throw new UserError(
      'model_file_format',
      `${named} holds a model of the kind "${state.format}", which this version of Muster does not know.`,
      `Known are: ${known}.`,
      { file: named, format: String(state.format), known },
    );
  }
  if (!ids?.items || (namesCustomers(state) && !ids.users)) {
    throw new UserError(
      'model_file_ids',
      `${named} does not say which items (or customers) its rows are.`,
      'Take the model away from Muster again, or add ids.json with "items" and "users" to the archive.',
      { file: named },
    );
  }
  checkArrays(named, weights as ModelFile['weights']);
  return { recommender: findRecommender(id), weights: { ...weights, ids } };
}

function opened(files: readonly StateFile[], named: string): TravellingState {
  try {
    const json = files.find(({ name }) => /(^|\/)model\.json$/.test(name));
    if (json) {
      const folder = json.name.slice(0, -'model.json'.length);
      return readTfjs(textOf(json.bytes), (name) => {
        const part = files.find((file) => file.name === folder + name || file.name === name);
        if (part) return part.bytes;
        throw new Error(`${name} is missing`);
      });
    }
    const [{ bytes }] = files;
    const members = unzipSync(bytes, { filter: ({ name }) => name === 'muster.json' || name === 'model.npz' });
    if (members['model.npz']) return readTravelling(members['model.npz']);
    if (!members['muster.json']) throw foreign(named);
    return readTravelling(bytes);
  } catch (error) {
    if (error instanceof UserError) throw error;
    // The readers throw where bytes end or say something else than they should; whose fault it is stands in the file.
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      'model_file_broken',
      `${named} cannot be read as a model: ${reason}.`,
      'It may have been cut off on its way: get the whole file, as Muster wrote it (.zip, .npz, or model.json with its weights).',
      { file: named, reason },
    );
  }
}

function checkArrays(file: string, { state, ids }: ModelFile['weights']): void {
  for (const [name, { data, shape, axes }] of Object.entries(state.arrays)) {
    const length = shape.reduce((product, side) => product * side, 1);
    const wanted = axes?.map((axis, at) => (axis === 'users' ? ids.users?.length : axis === 'items' ? ids.items!.length : shape[at]));
    if (data.length !== length || axes?.length !== shape.length || wanted.some((side, at) => side !== shape[at])) {
      throw new UserError(
        'model_file_shape',
        `In ${file} the array "${name}" has ${data.length} values in a shape of ${shape.join(' × ')}, which does not go with its ids.`,
        'The file was changed or cut off: take the model away again.',
        { file, array: name, values: data.length, shape: shape.join(' × ') },
      );
    }
    const bad = data instanceof Float32Array || data instanceof Float64Array ? data.findIndex((value) => !Number.isFinite(value)) : -1;
    if (bad >= 0) {
      throw new UserError(
        'model_file_nan',
        `In ${file} the array "${name}" has values that are no numbers (the first at place ${bad}).`,
        'Its training has failed: train it again with a lower learning rate, and bring that.',
        { file, array: name, place: bad },
      );
    }
  }
}

function foreign(file: string): UserError {
  return new UserError(
    'model_file_foreign',
    `${file} is no model that Muster has written: it has no muster.json.`,
    'Bring the .zip or .npz that Muster wrote, or model.json of tfjs with its weights.',
    { file },
  );
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
