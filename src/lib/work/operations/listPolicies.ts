import { audienceMembers } from '../../core/audiences/members';
import type { PlanList } from '../../core/plan/schema';
import { compilePolicies, type CompiledPolicies } from '../../core/recommendations/listRules';
import { keptShare, listFigures, type ListFigures } from '../../core/recommendations/listFigures';
import { readItemFacts, type ItemFacts } from '../../core/recommendations/policies/itemFacts';
import { itemReasons, type ItemReason } from '../../core/recommendations/policies/allowedItems';
import { marginsOf } from '../../core/recommendations/policies/boosts';
import { hasPair } from '../../core/recommendations/policies/excludedPairs';
import { rowsOf, type ServedRow } from '../../core/recommendations/served';
import { serveLists } from '../../core/recommendations/serveLists';
import { traceList, type LeftOutRule } from '../../core/recommendations/traceList';
import { audienceScope } from '../audiences';
import type { Epoch } from '../epoch';
import { isTrained, recommenderOf } from '../recommenders';
import { agreedUsers, prepareList, type PreparedList } from '../servedLists';
import { reads } from './context';

export type { ListFigures } from '../../core/recommendations/listFigures';
export type { LeftOutRule } from '../../core/recommendations/traceList';

/** Customers whose lists are made to see what policies do; of a larger audience as many, evenly spread. */
const mostMeasured = 1000;
const defaultPeople = 3;

export interface PreviewRow extends Pick<ServedRow, 'reason' | 'filled'> {
  itemId: string;
  title: string | null;
  category: string | null;
  price: number | null;
  score: number | null;
  finalScore: number | null;
  /** A model's id, `popular`, or `promoted`. */
  source: string;
  /** At which place it would be without rules; 0 where no source knows it. */
  place: number;
}

export interface PersonPreview {
  userId: string;
  /** They did not agree to the channel that the list asks for, and get none. */
  isRefused: boolean;
  rows: PreviewRow[];
  leftOut: { rule: LeftOutRule; count: number }[];
}

export interface ListPreview {
  /** Of customers in the audience, how many did not agree. */
  audience: number;
  withoutConsent: number;
  /** Of the others those that were measured. */
  measured: number;
  /** Without and with the policies. */
  before: ListFigures;
  after: ListFigures;
  /** Share of the rows without policies that are there with them. */
  kept: number | null;
  /** Items that no list may show, by the first rule that takes them out. */
  itemsLeftOut: Record<ItemReason, number>;
  items: number;
  people: PersonPreview[];
}

/** What the data can say: policies about anything else would be refused. */
export interface PolicyData {
  category: boolean;
  brand: boolean;
  price: boolean;
  margin: boolean;
  stock: boolean;
}

/**
 * A list as its policies would make it, for some customers, with what they leave out and move, and what that does to all
 * lists. Nothing is trained unasked: then it gives the models that would have to be.
 * @param userIds of the audience; the first three who get a list where none are given
 * @throws UserError as {@link prepareList} does, `consent_unknown`
 */
export const listPreview = reads<
  { list: PlanList; userIds?: string[]; train?: boolean },
  { untrained: string[]; data: PolicyData } | { untrained?: undefined; preview: ListPreview; data: PolicyData }
>(async ({ list, userIds = [], train = false }, epoch) => {
  const policies = list.policies ?? {};
  const untrained: string[] = [];
  for (const model of new Set([list.model, ...(policies.models ?? [])])) {
    if (!(await isTrained(epoch, recommenderOf(epoch, { id: list.id, model })))) untrained.push(model);
  }
  if (untrained.length > 0 && !train) return { untrained, data: dataOf(await readItemFacts(await epoch.data())) };
  const prepared = await prepareList(epoch, { ...list, policies });
  return { preview: await previewOf(epoch, { ...list, policies }, prepared, userIds), data: dataOf(prepared.facts) };
});

async function previewOf(epoch: Epoch, list: PlanList, prepared: PreparedList, asked: readonly string[]): Promise<ListPreview> {
  const { compiled, facts, userIds } = prepared;
  const scope = await audienceScope(epoch);
  const audience = epoch.plan.audiences.find(({ id }) => id === list.for)!;
  const { order } = await audienceMembers(scope, audience, epoch);
  const agreed = await agreedUsers(epoch, list.policies ?? {}, order);
  const numberOf = new Map(Array.from(order, (user) => [userIds[user], user] as const));
  const shown = asked.length > 0 ? asked.flatMap((id) => numberOf.get(id) ?? []) : [...agreed.subarray(0, defaultPeople)];
  const isAgreed = new Set(agreed);
  const users = Int32Array.from(new Set([...spread(agreed, mostMeasured), ...shown.filter((user) => isAgreed.has(user))]));
  const measured = Math.min(agreed.length, mostMeasured);

  const kernels = await epoch.desk.kernels();
  const request = { users, userIds: Array.from(users, (user) => userIds[user]) };
  const after = await serveLists({ ...compiled, ...request }, kernels, epoch);
  const before = await serveLists({ ...withoutPolicies(epoch, list, prepared), ...request }, kernels, epoch);

  const people: PersonPreview[] = [];
  for (const user of shown) {
    const at = users.indexOf(user);
    if (at < 0) {
      people.push({ userId: userIds[user], isRefused: true, rows: [], leftOut: [] });
      continue;
    }
    const rows = rowsOf(after, at);
    const { places, leftOut } = await traceList(compiled, user, rows, (item) => hasPair(prepared.held, user, item));
    people.push({
      userId: userIds[user],
      isRefused: false,
      leftOut,
      rows: rows.map((row, i) => ({ ...rowOf(row, prepared, after.sources), place: places[i] })),
    });
    await epoch.breathe();
  }
  return {
    audience: order.length,
    withoutConsent: order.length - agreed.length,
    measured,
    before: listFigures(before, measured, facts),
    after: listFigures(after, measured, facts),
    kept: keptShare(before, after, measured),
    itemsLeftOut: countsOf(compiled),
    items: facts.ids.filter((id) => id !== '').length,
    people,
  };
}

/** The same list as its model alone would have it. */
function withoutPolicies(epoch: Epoch, list: PlanList, { facts, userIds, held, compiled, excludes }: PreparedList): CompiledPolicies {
  const context = { size: list.size, policies: {}, facts, userIds, sources: compiled.sources.slice(0, 1), seed: epoch.plan.seed };
  return compilePolicies({ ...context, ...(excludes && { held: { pairs: held, daysSince: new Int32Array(0) } }) });
}

function rowOf({ item, score, finalScore, source, reason, filled }: ServedRow, { facts }: PreparedList, sources: readonly string[]) {
  const figure = (value: number) => (Number.isFinite(value) ? value : null);
  const { codes, labels } = facts.category;
  return {
    itemId: facts.ids[item],
    title: facts.titles[item],
    category: codes[item] < 0 ? null : labels[codes[item]],
    price: figure(facts.price[item]),
    score: figure(score),
    finalScore: figure(finalScore),
    source: sources[source],
    reason,
    filled,
  };
}

function countsOf({ allowed: { leftOutBy, known } }: CompiledPolicies): Record<ItemReason, number> {
  const count = (reason: ItemReason) =>
    leftOutBy.reduce((sum, code, item) => sum + (known[item] === 1 && code === 1 + itemReasons.indexOf(reason) ? 1 : 0), 0);
  return { hidden: count('hidden'), only: count('only'), stock: count('stock') };
}

function dataOf(facts: ItemFacts): PolicyData {
  const has = (values: Float64Array) => values.some((value) => !Number.isNaN(value));
  return {
    category: facts.category.labels.length > 0,
    brand: facts.brand.labels.length > 0,
    price: has(facts.price),
    margin: has(marginsOf(facts)),
    stock: has(facts.stock),
  };
}

/** Evenly spread over all of them. */
function spread(users: Int32Array, most: number): Int32Array {
  if (users.length <= most) return users;
  return Int32Array.from({ length: most }, (_, i) => users[Math.floor((i * users.length) / most)]);
}
