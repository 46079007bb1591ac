import { UserError } from '../../core/base/errors';
import { sha256Hex } from '../../core/base/hash';
import type { OptionValues } from '../../core/base/options';
import { modelOfOtherData, type OtherModel } from '../../core/recommenders/otherData';
import { readIds } from '../../core/recommenders/readIds';
import { readTrainingData } from '../../core/recommenders/readTrainingData';
import { writeNpz } from '../../core/recommenders/state/npz';
import { readModelFile } from '../../core/recommenders/state/readModelFile';
import type { StateFile } from '../../core/recommenders/state/travelling';
import { defaultEventWeights } from '../../core/store/interactionQueries';
import type { Epoch } from '../epoch';
import type { ModelFacts } from '../workspace';
import type { ModelEntry } from './entry';
import { bytesOf, keepModel } from './keep';

/**
 * Takes a model from its files into the registry: under its own name, found again by ids, with nothing trained.
 * @param calledHere its name, if not that of the file or of what is in it
 * @returns its key
 * @throws UserError `model_file_…`, `model_other_items`, `no_data`
 */
export async function bringModel(epoch: Epoch, files: readonly StateFile[], calledHere?: string): Promise<string> {
  const { recommender, weights } = readModelFile(files);
  const { state, ids, about = {} } = weights;
  const file = files[0].name;
  const data = await epoch.data();
  const said = (about.entry ?? {}) as Partial<ModelEntry>;
  const training = await readTrainingData(data, said.events ?? defaultEventWeights, epoch.signal);
  const ours = await readIds(data, epoch.signal);
  const { acquaintance } = await usable(file, state.format, () => modelOfOtherData(recommender, state, ids, ours, training));
  if (acquaintance.sharedItems === 0) {
    throw new UserError(
      'model_other_items',
      `${file} knows ${acquaintance.modelItems} items, and none of them is in this data.`,
      'Ids are compared exactly: open the data that the model is for.',
      { file, count: acquaintance.modelItems },
    );
  }
  const options = (about.options ?? state.meta.options ?? {}) as OptionValues;
  const name = calledHere ?? (typeof about.name === 'string' ? about.name : (file.split('/').at(-1) ?? file).replace(/\.\w+$/, ''));
  const facts: ModelFacts = {
    modelId: asName(name, recommender.id),
    algorithm: recommender.id,
    options,
    losses: [],
    backend: '',
    reproducible: true,
    warnings: [],
  };
  const { events, seed, data: learnt, measured, seconds } = said;
  const entry: ModelEntry = {
    name: facts.modelId,
    origin: 'brought',
    at: epoch.desk.platform.now().toISOString(),
    options,
    ...(events && { events }),
    ...(seed !== undefined && { seed }),
    ...(learnt && { data: learnt }),
    ...(seconds !== undefined && { seconds }),
    ...(measured && { measured }),
    bytes: bytesOf({ state }),
    acquaintance,
  };
  const key = sha256Hex(writeNpz(state, { ids }));
  await keepModel(epoch, { key, state, ids, facts, entry });
  return key;
}

/** What a file says of its arrays may be wrong in ways that show only when they are used. */
async function usable(file: string, format: string, make: () => Promise<OtherModel>): Promise<OtherModel> {
  try {
    const made = await make();
    const scores = await made.model.score(Int32Array.of(0));
    if (made.model.state().format === format && !scores.some(Number.isNaN)) return made;
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
  }
  throw new UserError(
    'model_file_unfit',
    `The arrays in ${file} are not those of a model of the kind "${format}".`,
    'It was written by another version, or by hand: take the model away again.',
    { file, format },
  );
}

function asName(name: string, otherwise: string): string {
  const plain = name.normalize('NFC').replace(/[^\p{L}\p{N}_-]+/gu, '-').replace(/^[_-]+/, '').slice(0, 64); // prettier-ignore
  return plain || otherwise;
}
