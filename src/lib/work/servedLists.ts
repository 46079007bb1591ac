import { agreedTo } from '../core/audiences/consents';
import type { FinishedList } from '../core/exports/listTable';
import type { InteractionMatrix } from '../core/math/sparseRows';
import type { PlanList } from '../core/plan/schema';
import type { CandidateSource } from '../core/recommendations/candidates';
import { compilePolicies, type CompiledPolicies } from '../core/recommendations/listRules';
import { noPairs } from '../core/recommendations/policies/excludedPairs';
import { readHeldPairs } from '../core/recommendations/policies/heldPairs';
import { readItemFacts, type ItemFacts } from '../core/recommendations/policies/itemFacts';
import type { ListPolicies } from '../core/recommendations/policies/schema';
import { joinedLists, type ServedLists } from '../core/recommendations/served';
import { serveLists } from '../core/recommendations/serveLists';
import { readIdsOf } from '../core/recommenders/readIds';
import { dueDays } from './dueDays';
import type { Epoch } from './epoch';
import { eventsExcludedBy, recommenderOf, trainedModel } from './recommenders';

export type ListWithPolicies = PlanList & { policies: ListPolicies };

/** A list's policies with the models and the data that they are about. */
export interface PreparedList {
  compiled: CompiledPolicies;
  facts: ItemFacts;
  userIds: readonly string[];
  /** What customers have, by number, whatever may come again; nobody has anything where the list leaves nothing out. */
  held: InteractionMatrix;
  /** Whether it does leave out what they have. */
  excludes: boolean;
  /** Where the list's own model was computed. */
  backend: string;
}

/**
 * Trains what the list asks, where that has not been done, and reads what its policies go by.
 * @throws UserError `recommender_missing`, `list_stock_unknown`, `list_margin_unknown`, and what training throws
 */
export async function prepareList(epoch: Epoch, list: ListWithPolicies): Promise<PreparedList> {
  const { policies } = list;
  const specs = [...new Set([list.model, ...(policies.models ?? [])])].map((model) => recommenderOf(epoch, { id: list.id, model }));
  const sources: CandidateSource[] = [];
  const backends: string[] = [];
  for (const spec of specs) {
    const { facts, ...model } = await trainedModel(epoch, spec);
    sources.push({ id: spec.id, ...model });
    backends.push(facts.backend);
  }
  const data = await epoch.data();
  const facts = await readItemFacts(data);
  const userIds = (await readIdsOf('users', data, epoch.signal)).map((id) => id ?? '');
  const events = await eventsExcludedBy(epoch, list);
  const held = events && (await readHeldPairs(data, events, epoch));
  const compiled = compilePolicies({ size: list.size, policies, facts, userIds, held, sources, seed: epoch.plan.seed });
  return {
    compiled,
    facts,
    userIds,
    held: held?.pairs ?? noPairs(data.users, data.items),
    excludes: held !== undefined,
    backend: backends[0],
  };
}

/** Of some customers those who agreed to the channel that the list's policies ask for. @throws UserError `consent_unknown` */
export async function agreedUsers(epoch: Epoch, { consent }: ListPolicies, users: Int32Array): Promise<Int32Array> {
  if (!consent) return users;
  const agreed = await agreedTo(await epoch.data(), consent, epoch);
  return users.filter((user) => agreed.has(user));
}

/** Exclusions that are made for some customers at a time, because they are too many for everybody at once. */
export interface ExcludedByBlock {
  users: number;
  of(users: Int32Array, exclude: InteractionMatrix): InteractionMatrix;
}

/**
 * A list with policies as its file has it.
 * @param blocks beside what the policies exclude; with it no share of exposure can be kept
 */
export async function makeServedList(
  epoch: Epoch,
  list: ListWithPolicies,
  audience: Int32Array,
  blocks?: ExcludedByBlock,
): Promise<{ list: FinishedList; users: Int32Array; backend: string; withoutConsent?: number }> {
  const { compiled, facts, userIds, backend } = await prepareList(epoch, list);
  const users = await agreedUsers(epoch, list.policies, audience);
  const ids = Array.from(users, (user) => userIds[user]);
  const run = epoch.reporting((progress) => epoch.report({ ...progress, stage: `recommend:${list.id}` }));
  run.report({ stage: 'recommend', done: 0, total: users.length, unit: 'users' });
  const kernels = await epoch.desk.kernels();
  const parts: ServedLists[] = [];
  const atOnce = blocks?.users ?? Math.max(1, users.length);
  for (let first = 0; first === 0 || first < users.length; first += atOnce) {
    const some = users.subarray(first, first + atOnce);
    const candidates = blocks ? { ...compiled.candidates, exclude: blocks.of(some, compiled.candidates.exclude) } : compiled.candidates;
    parts.push(await serveLists({ ...compiled, candidates, users: some, userIds: ids.slice(first, first + atOnce) }, kernels, run));
  }
  const { size, items, scores, ...served } = joinedLists(parts);
  const popular = served.sources.indexOf('popular');
  const models = compiled.sources.map(({ model }) => model);
  const due = dueDays({ size, items }, users, models, (at) => models[served.source[at]], epoch.plan.timeZone);
  const finished: FinishedList = {
    size,
    model: list.model,
    items,
    scores,
    fromPopularity: served.source.map((source) => (source === popular ? 1 : 0)),
    userIds: ids,
    itemIds: facts.ids,
    titles: facts.titles,
    served,
    ...(due && { due }),
  };
  return { list: finished, users, backend, ...(list.policies.consent && { withoutConsent: audience.length - users.length }) };
}
