import { isIdentity, type Numbering } from '../math/permute';
import { indexesOf } from '../store/columns';
import { readInteractionList, readInteractionMatrix, type EventWeights, type InteractionList } from '../store/interactionQueries';
import { identifier, sql } from '../store/sql';
import { featureParts, type FeatureScope } from './readFeatures';
import { trainingDataOf, type TrainingData } from './trainingData';

/** Training data of everybody before asOf. Only the pairs are read at once; the parts when a model calls for them. */
export async function readTrainingData(scope: FeatureScope, weights: EventWeights, signal?: AbortSignal): Promise<TrainingData> {
  const [pairs, numbering] = await Promise.all([readInteractionMatrix(scope.store, scope, weights, signal), readNumbering(scope, signal)]);
  let list: Promise<InteractionList> | undefined;
  const events = () => (list ??= readInteractionList(scope.store, scope, weights, signal));
  const parts = featureParts(scope, weights, signal);
  const inOrder = async () => trainingDataOf(await events(), parts);
  return {
    pairs,
    numbering,
    ...parts,
    sequences: async () => (await inOrder()).sequences!(),
    context: async () => (await inOrder()).context!(),
  };
}

/** Customers and items in the order of their ids; undefined where that is the order of their numbers. */
export async function readNumbering({ store, tables, users, items }: FeatureScope, signal?: AbortSignal): Promise<Numbering | undefined> {
  const [userRows, itemRows] = await Promise.all([
    store.query(sql`SELECT user_index FROM ${identifier(tables.users)} ORDER BY user_id`, signal),
    store.query(sql`SELECT item_index FROM ${identifier(tables.items)} ORDER BY item_id`, signal),
  ]);
  const numbering = { userOrder: indexesOf(userRows, 'user_index'), itemOrder: indexesOf(itemRows, 'item_index') };
  const same = isIdentity(numbering.userOrder, users) && isIdentity(numbering.itemOrder, items);
  return same ? undefined : numbering;
}
