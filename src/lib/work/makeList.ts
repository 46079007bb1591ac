import { UserError } from '../core/base/errors';
import type { RunContext } from '../core/base/run';
import type { FinishedList } from '../core/exports/listTable';
import type { PlanList, RecommenderSpec } from '../core/plan/schema';
import { recommendForUsers } from '../core/recommendations/recommendForUsers';
import { textsOf } from '../core/store/columns';
import { sql } from '../core/store/sql';
import { ensureData } from './openData';
import type { OperationContext } from './operations/context';
import { exclusionOf, trainedModel } from './trainedModels';

/**
 * The recommendations of a list's audience, in the order of its file, from its model trained on everything before asOf.
 * @throws UserError `recommender_missing`, and what training throws
 */
export async function makeList(
  spec: PlanList,
  users: Int32Array,
  context: OperationContext,
): Promise<{ list: FinishedList; backend: string }> {
  const { desk, signal } = context;
  const model = await trainedModel(desk, recommenderOf(spec, desk.workspace.plan.models), context);
  const progress: RunContext = {
    signal,
    breathe: () => context.breathe(),
    report: (report) => context.report({ ...report, stage: `recommend:${spec.id}` }),
  };
  progress.report({ stage: 'recommend', done: 0, total: users.length, unit: 'users' });
  const exclude = await exclusion(spec, context);
  const recommendations = await recommendForUsers(model, { users, size: spec.size, exclude }, await desk.kernels(), progress);
  const { store } = await ensureData(desk);
  const ids = textsOf(await store.query(sql`SELECT user_id FROM users ORDER BY user_index`, signal), 'user_id');
  const items = await store.query(sql`SELECT item_id, title FROM items ORDER BY item_index`, signal);
  const list: FinishedList = {
    size: spec.size,
    model: spec.model,
    ...recommendations,
    userIds: Array.from(users, (user) => ids[user] ?? ''),
    itemIds: textsOf(items, 'item_id').map((id) => id ?? ''),
    titles: textsOf(items, 'title'),
  };
  return { list, backend: model.backend };
}

/** Whatever a customer bought was seen, too. */
async function exclusion({ exclude }: PlanList, { desk, signal }: OperationContext) {
  if (exclude.length === 0) return undefined;
  return exclusionOf(desk, exclude.includes('seen') ? 'seen' : 'bought', signal);
}

function recommenderOf(spec: PlanList, models: readonly { id: string; kind: string }[]): RecommenderSpec {
  const model = models.find(({ id, kind }) => id === spec.model && kind === 'recommender');
  if (model) return model as RecommenderSpec;
  throw new UserError(
    'recommender_missing',
    `The list "${spec.id}" names the recommender "${spec.model}", which the plan does not have.`,
    'Choose another model for it.',
    {
      list: spec.id,
      model: spec.model,
    },
  );
}
