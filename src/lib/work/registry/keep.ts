import { UserError } from '../../core/base/errors';
import type { EvaluationRow, Protocol } from '../../core/evaluation/types';
import type { Epoch } from '../epoch';
import type { KeptModel, WorkspaceState } from '../workspace';
import { freeModelName, type Measured, type ModelEntry } from './entry';

/**
 * Weights that are kept without anybody having asked for it; the oldest go first. More than a plan has models: with fewer,
 * looking at all of them in turn would train each anew, because each pushes out the one that is asked for next.
 */
const mostKept = 48;
const mostKeptBytes = 256 * 2 ** 20;
/** Entries; of those without weights the oldest go first. */
const mostEntries = 200;

/** Puts a model into the registry, in the place of what has its key, and saves; a training is not lost with a full disk. */
export async function keepModel(epoch: Epoch, model: KeptModel): Promise<void> {
  if (epoch.state.readOnly) return;
  const kept = bytesOf(model) > mostKeptBytes ? withoutWeights(model, 'room') : model;
  try {
    await epoch.commit((state) =>
      // What was learnt with somebody who is erased by now is not kept.
      state.erasures.length > epoch.state.erasures.length ? state : { ...state, models: thinned(state, withModel(state.models, kept)) },
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}

/** What a comparison found, written to the models that took part; those that were trained for it alone become entries, too. */
export function withMeasured(
  models: readonly KeptModel[],
  protocol: Protocol,
  found: readonly (KeptModel & { row: EvaluationRow })[],
): KeptModel[] {
  return found.reduce<KeptModel[]>(
    (all, { row: { metrics, margins }, ...fresh }) => {
      const { entry = fresh.entry, ...model } = all.find(({ key }) => key === fresh.key) ?? fresh;
      const measured = { protocol, metrics, ...(margins && { margins }) };
      return withModel(all, { ...model, entry: { ...entry!, measured } }, measured);
    },
    [...models],
  );
}

/** A newer training keeps what people made of the earlier one: its name, its place, its comparison. */
function withModel(models: readonly KeptModel[], model: KeptModel, newlyMeasured?: Measured): KeptModel[] {
  const earlier = models.find(({ key }) => key === model.key);
  const others = models.filter(({ key }) => key !== model.key);
  const taken = new Set(others.map(({ entry, facts }) => entry?.name ?? facts.modelId));
  const name = earlier?.entry?.name ?? freeModelName(model.entry?.name ?? model.facts.modelId, taken);
  const { formerly, retired, measured } = earlier?.entry ?? {};
  const entry: ModelEntry = {
    ...(formerly && { formerly }),
    ...(retired && { retired }),
    ...(measured && { measured }),
    ...(model.entry ?? { origin: 'trained', options: model.facts.options }),
    ...(newlyMeasured && { measured: newlyMeasured }),
    name,
  };
  return [...others, { ...model, entry }];
}

/** The youngest weights, beside those that somebody named, brought or uses; the rest stay as entries. */
function thinned({ plan }: Pick<WorkspaceState, 'plan'>, models: readonly KeptModel[]): KeptModel[] {
  const used = new Set(
    plan.models.flatMap((model) => (model.kind === 'recommender' && model.weights !== undefined ? [model.weights] : [])),
  );
  const isPinned = ({ entry }: KeptModel) =>
    entry !== undefined &&
    (entry.origin === 'brought' || [entry.name, ...(entry.formerly ?? [])].some((name) => used.has(name)) || entry.formerly !== undefined);
  let [count, bytes] = [0, 0];
  const kept = models.toReversed().map((model) => {
    if (model.entry?.lacksWeights || isPinned(model)) return model;
    bytes += bytesOf(model);
    return ++count > mostKept || bytes > mostKeptBytes ? withoutWeights(model, 'room') : model;
  });
  let entries = 0;
  return kept.filter((model) => ++entries <= mostEntries || !model.entry?.lacksWeights).reverse();
}

/** The entry alone. */
export function withoutWeights({ key, facts, entry }: KeptModel, lacksWeights: NonNullable<ModelEntry['lacksWeights']>): KeptModel {
  const known = entry ?? { name: facts.modelId, origin: 'trained' as const, options: facts.options };
  return { key, facts, entry: { ...known, lacksWeights: known.lacksWeights ?? lacksWeights } };
}

/** Of weights that are not at hand the entry tells; where it does not, they were small enough once. */
export function bytesOf({ state, entry }: Pick<KeptModel, 'state' | 'entry'>): number {
  if (entry?.bytes !== undefined) return entry.bytes;
  return Object.values(state?.arrays ?? {}).reduce((sum, { data }) => sum + data.byteLength, 0);
}
