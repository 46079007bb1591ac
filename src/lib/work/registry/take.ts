import { matrixByPlace, identityNumbering } from '../../core/math/permute';
import type { InteractionMatrix } from '../../core/math/sparseRows';
import { filesOfModel } from '../../core/recommenders/away/bundle';
import type { CardFacts } from '../../core/recommenders/away/card';
import { findRecommender } from '../../core/recommenders/catalogue';
import type { Json } from '../../core/recommenders/modelState';
import { modelOfOtherData } from '../../core/recommenders/otherData';
import { readIds } from '../../core/recommenders/readIds';
import { readNumbering, readTrainingData } from '../../core/recommenders/readTrainingData';
import { dataByPlace } from '../../core/recommenders/trainingData';
import type { StateFile } from '../../core/recommenders/state/travelling';
import { exclusionWeights } from '../../core/recommendations/exclusion';
import { defaultEventWeights, readInteractionMatrix } from '../../core/store/interactionQueries';
import type { Epoch } from '../epoch';
import type { KeptModel } from '../workspace';
import { weightsGone } from './use';
import { weightsOf } from './weights';

/**
 * A model of the registry in every form, by place and with ids, on the data of today.
 * @throws UserError `model_weights_gone`, `model_without_ids`, `model_needs_customers`, `no_data`
 */
export async function takenFiles(epoch: Epoch, kept: KeptModel, withCustomers: boolean): Promise<StateFile[]> {
  const { facts, entry } = kept;
  const name = entry?.name ?? facts.modelId;
  const weights = await weightsOf(epoch, kept);
  if (!weights) throw weightsGone(name);
  const data = await epoch.data();
  const events = entry?.events ?? defaultEventWeights;
  const training = await readTrainingData(data, events, epoch.signal);
  const exclusion = await readInteractionMatrix(data.store, data, exclusionWeights('bought', events, data.eventNames), epoch.signal);
  const numbering = (await readNumbering(data, epoch.signal)) ?? identityNumbering(training.pairs);
  const all = await readIds(data, epoch.signal);
  // An id is nobody's only where its number is, and those have no place.
  const ids = {
    users: Array.from(numbering.userOrder, (number) => all.users[number] ?? ''),
    items: Array.from(numbering.itemOrder, (number) => all.items[number] ?? ''),
  };
  const byPlace = (matrix: InteractionMatrix) => matrixByPlace(matrix, numbering);
  const recommender = findRecommender(facts.algorithm);
  const history = byPlace(training.pairs);
  // Weights without ids were kept on this data, or not at all: their numbers are its numbers.
  const placed = dataByPlace(training, numbering);
  const { model } = await modelOfOtherData(recommender, weights.state, weights.ids ?? all, ids, placed);
  const about = { name, algorithm: facts.algorithm, options: facts.options, ...(entry && { entry: travelling(entry) }) };
  return filesOfModel({
    recommender,
    model,
    ids,
    history,
    ...(recommender.needs.includes('sequences') && { sequences: await placed.sequences!() }),
    bought: byPlace(exclusion),
    facts: cardFacts(kept, name),
    about: JSON.parse(JSON.stringify(about)) as { [name: string]: Json },
    withCustomers,
  });
}

/** What a model says of itself elsewhere: not what it was called here, nor how it came. */
function travelling({ events, seed, data, at, seconds, measured }: NonNullable<KeptModel['entry']>) {
  return { events, seed, data, at, seconds, measured };
}

function cardFacts({ facts, entry }: KeptModel, name: string): Omit<CardFacts, 'format'> {
  const { algorithm, options, backend, losses, reproducible, warnings } = facts;
  const measured = entry?.measured;
  return {
    name,
    algorithm,
    options,
    backend,
    losses,
    reproducible,
    warnings,
    brought: entry?.origin === 'brought',
    ...(entry?.events && { events: entry.events }),
    ...(entry?.seed !== undefined && { seed: entry.seed }),
    ...(entry?.at && { at: entry.at }),
    ...(entry?.data && { data: entry.data }),
    ...(entry?.seconds !== undefined && { seconds: entry.seconds }),
    ...(measured && {
      measured: {
        ...measured,
        protocol: { ...measured.protocol, split: measured.protocol.split === 'given' ? 'given' : measured.protocol.split.kind },
      },
    }),
  };
}
