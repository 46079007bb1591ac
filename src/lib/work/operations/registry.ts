import { UserError } from '../../core/base/errors';
import { safeFileName } from '../../core/exports/fileNames';
import type { RecommenderSpec } from '../../core/plan/schema';
import type { NamedBlob } from '../../core/schema/files';
import type { Epoch } from '../epoch';
import { forgetModel, trainedModel, trainingKey } from '../recommenders';
import type { ModelEntry } from '../registry/entry';
import { withoutWeights } from '../registry/keep';
import { modelLines, type ModelLine } from '../registry/lines';
import { weightsGone } from '../registry/use';
import { hasWeights, weightsOf } from '../registry/weights';
import type { KeptModel } from '../workspace';
import { reads } from './context';

export type { ModelLine } from '../registry/lines';

/** What the registry has, the youngest first. */
export const modelsList = reads<void, ModelLine[]>((_, epoch) => modelLines(epoch));

const namePattern = /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,63}$/u;

/** Another name; plans that say the earlier one still find it. @throws UserError `model_name`, `model_name_taken`, `model_unknown_here` */
export const modelRename = reads<{ key: string; name: string }, ModelLine[]>(async ({ key, name }, epoch) => {
  if (!namePattern.test(name)) {
    throw new UserError(
      'model_name',
      `"${name}" is no name for a model.`,
      'Begin with a letter or digit; then letters, digits, - and _, at most 64.',
      {
        name,
      },
    );
  }
  return change(epoch, key, (entry, others) => {
    if (others.some((other) => nameOf(other) === name)) {
      throw new UserError('model_name_taken', `Another model is called "${name}".`, 'Choose another name.', { name });
    }
    const formerly = [...new Set([...(entry.formerly ?? []), entry.name])].filter((each) => each !== name);
    return { ...entry, name, formerly };
  });
});

/** Kept, and not offered any more; or offered again. */
export const modelRetire = reads<{ key: string; retired: boolean }, ModelLine[]>(({ key, retired }, epoch) =>
  change(epoch, key, ({ retired: _, ...entry }) => ({ ...entry, ...(retired && { retired }) })),
);

/** Its weights go, its entry stays. @throws UserError `model_in_use` */
export const modelDeleteWeights = reads<{ key: string }, ModelLine[]>(async ({ key }, epoch) => {
  await refuseUsed(epoch, key);
  await forgetModel(epoch, key);
  return replace(epoch, key, (model) => withoutWeights(model, 'deleted'));
});

/** The entry goes, and its weights with it. @throws UserError `model_in_use` */
export const modelForget = reads<{ key: string }, ModelLine[]>(async ({ key }, epoch) => {
  await refuseUsed(epoch, key);
  await forgetModel(epoch, key);
  return replace(epoch, key, () => null);
});

/**
 * Trains what an entry was made by on the data of today; with `goOn` learning begins with its weights. Progress stage:
 * `train:<name>`.
 * @throws UserError `model_unknown_here`, `model_weights_gone`, `model_is_of_today`, what training throws
 */
export const modelRetrain = reads<{ key: string; goOn: boolean }, { lines: ModelLine[]; name: string }>(async ({ key, goOn }, epoch) => {
  const model = findModel(epoch.state.models, key);
  const { facts, entry } = model;
  const name = nameOf(model);
  const options = entry?.options ?? facts.options;
  const spec: RecommenderSpec = {
    id: name,
    kind: 'recommender',
    algorithm: facts.algorithm,
    options,
    ...(entry?.events && { events: entry.events }),
  };
  const weights = goOn ? await weightsOf(epoch, model) : undefined;
  if (goOn && !weights) throw weightsGone(name);
  const same = await trainingKey(epoch, spec);
  if (!goOn && epoch.state.models.some((each) => each.key === same && hasWeights(epoch, each))) {
    throw new UserError(
      'model_is_of_today',
      `"${name}" has been trained on the data of today with these options already.`,
      'Import newer data or move the plan’s date first; or go on from its weights.',
      { name },
    );
  }
  const before = new Set(epoch.state.models.filter((each) => hasWeights(epoch, each)).map((each) => each.key));
  await trainedModel(epoch, spec, weights && { name, key, weights });
  const lines = await linesNow(epoch);
  const made = lines.find((line) => line.hasWeights && !before.has(line.key));
  return { lines, name: made?.name ?? name };
});

/**
 * A model with all its forms as one zip, as of the data of today.
 * @param input.withCustomers whether single customers and their histories are in it
 * @throws UserError `model_unknown_here`, `model_weights_gone`, `model_needs_customers`
 */
export const modelTake = reads<{ key: string; withCustomers: boolean }, { fileName: string; bytes: Uint8Array }>(
  async ({ key, withCustomers }, epoch) => {
    const { takenFiles } = await import('../registry/take');
    const { zipOf } = await import('../../core/base/zip');
    const model = findModel(epoch.state.models, key);
    const bytes = zipOf(await takenFiles(epoch, model, withCustomers));
    return { fileName: safeFileName(nameOf(model), 'zip', new Set()), bytes };
  },
);

/**
 * A model from a file that was taken away here or elsewhere, under a name of its own.
 * @throws UserError `model_file_…`, `model_other_items`, `no_data`
 */
export const modelBring = reads<{ files: NamedBlob[] }, { lines: ModelLine[]; name: string }>(async ({ files }, epoch) => {
  const { bringModel } = await import('../registry/bring');
  const given = await Promise.all(files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })));
  const key = await bringModel(epoch, given);
  const lines = await linesNow(epoch);
  return { lines, name: lines.find((line) => line.key === key)!.name };
});

function change(epoch: Epoch, key: string, to: (entry: ModelEntry, others: readonly KeptModel[]) => ModelEntry): Promise<ModelLine[]> {
  return replace(epoch, key, (model, others) => {
    const { facts, entry = { name: facts.modelId, origin: 'trained' as const, options: facts.options } } = model;
    return { ...model, entry: to(entry, others) };
  });
}

/** Puts another model in the place of one, in the newest state; null takes it out. */
async function replace(
  epoch: Epoch,
  key: string,
  by: (model: KeptModel, others: readonly KeptModel[]) => KeptModel | null,
): Promise<ModelLine[]> {
  await epoch.commit((state) => {
    const model = findModel(state.models, key);
    const put = by(model, state.models.filter((other) => other !== model)); // prettier-ignore
    return { ...state, models: state.models.flatMap((each) => (each === model ? (put ?? []) : each)) };
  });
  return linesNow(epoch);
}

/** Of the state as it is after a commit. */
function linesNow(epoch: Epoch): Promise<ModelLine[]> {
  return epoch.desk.read(epoch, modelLines);
}

async function refuseUsed(epoch: Epoch, key: string): Promise<void> {
  const name = nameOf(findModel(epoch.state.models, key));
  const users = (await modelLines(epoch)).find((line) => line.key === key)!.usedBy.join(', ');
  if (!users) return;
  throw new UserError('model_in_use', `Models of the plan have the weights of "${name}": ${users}.`, 'Remove them there first.', {
    name,
    users,
  });
}

function findModel(models: readonly KeptModel[], key: string): KeptModel {
  const found = models.find((model) => model.key === key);
  if (found) return found;
  throw new UserError('model_unknown_here', 'This model is not in the registry any more.', 'Open the list again.');
}

function nameOf({ entry, facts }: KeptModel): string {
  return entry?.name ?? facts.modelId;
}
