import type { FinishedKindList } from '../core/exports/kindListTable';
import { cannotTellAlike, subjectOf, type ListKind } from '../core/recommendations/listKinds';
import type { PlanList } from '../core/plan/schema';
import type { InteractionMatrix } from '../core/math/sparseRows';
import type { ListRules } from '../core/recommendations/chooseItems';
import { chosenRows } from '../core/recommendations/kinds/chosenRows';
import { listRules } from '../core/recommendations/listRules';
import { allowedItems } from '../core/recommendations/policies/allowedItems';
import { readItemFacts } from '../core/recommendations/policies/itemFacts';
import { ordersRows } from '../core/recommendations/policies/ofKinds';
import { readUserIds } from '../core/profiles/userIds';
import { readBaskets } from '../core/recommendations/baskets';
import { readItemMoney } from '../core/recommendations/itemMoney';
import { boughtTogetherLists } from '../core/recommendations/kinds/boughtTogether';
import { categoriesOf, priceBands } from '../core/recommendations/kinds/categories';
import { categoriesTaken } from '../core/recommendations/kinds/otherCategories';
import { readActs, rhythmsOf } from '../core/recommendations/kinds/rhythm';
import { leastDepth, segmentList } from '../core/recommendations/kinds/segmentList';
import { similarItemLists } from '../core/recommendations/kinds/similarItems';
import { upSellLists } from '../core/recommendations/kinds/upSell';
import { recommendForUsers, type RecommendationLists } from '../core/recommendations/recommendForUsers';
import type { RecommenderModel } from '../core/recommenders/recommender';
import { remember } from '../core/store/remember';
import { dueDays } from './dueDays';
import { agreedUsers, makeServedList, prepareList, type ListWithPolicies } from './servedLists';
import type { Epoch } from './epoch';
import { itemTexts, type ItemTexts } from './itemTexts';
import { excludedBy, exclusionOf, recommenderOf, trainedModel } from './recommenders';
import type { UsableModel } from './registry/use';

/** In fewer orders two things stand beside each other by accident. */
const fewestTogether = 2;
/** Entries of one block of a cross-sell's exclusions. */
const excludedAtOnce = 2 ** 22;

/** What is made for a list, without the names. */
type Made = Pick<FinishedKindList, 'items' | 'scores' | 'fromPopularity' | 'beside'> & { subjects: readonly string[] };
type Kind = Exclude<ListKind, 'person'>;

/**
 * A list of a kind that is not "for each person"; see {@link ListKind}. Progress stage: `recommend:<id>`.
 * @throws UserError `recommender_missing`, `list_stock_unknown`, `list_margin_unknown`, `consent_unknown`, `list_needs_similar`, `list_no_categories`, `list_no_prices`, and what training throws
 */
export async function makeKindList(
  given: Epoch,
  list: PlanList & { kind: Kind },
  audience: Int32Array,
): Promise<{ list: FinishedKindList; backend: string; withoutConsent?: number }> {
  const epoch = given.reporting((progress) => given.report({ ...progress, stage: `recommend:${list.id}` }));
  if (list.policies && isServed(list)) return servedKindList(given, { ...list, policies: list.policies }, audience);
  const usable = list.kind === 'bought-together' ? undefined : await trainedModel(given, recommenderOf(given, list));
  epoch.report({ stage: 'recommend', done: 0, unit: 'steps' });
  const texts = await itemTexts(epoch);
  const ruled = list.policies && (await ruledItems(given, { ...list, policies: list.policies }));
  const users = list.policies ? await agreedUsers(epoch, list.policies, audience) : audience;
  const making = {
    epoch,
    list,
    users,
    texts,
    size: ruled?.window ?? list.size,
    eligible: ruled?.eligible ?? thereOf(texts),
    exclude: ruled?.exclude ?? (usable && (await excludedBy(epoch, list))),
  };
  const made = usable ? await makers[list.kind as keyof typeof makers]({ ...making, usable }) : await together(making);
  const { subjects, ...rows } = ruled?.rules ? keptByRules(made, making.size, ruled.rules) : made;
  const subject = subjectOf(list.kind);
  const modelOf = (at: number) => (rows.fromPopularity[at] ? undefined : usable?.model);
  const due = subject === 'user' && usable && dueDays({ size: list.size, ...rows }, users, [usable.model], modelOf, epoch.plan.timeZone);
  return {
    list: {
      size: list.size,
      model: list.model,
      subject,
      userIds: subjects,
      itemIds: texts.lines.map((line) => line?.itemId ?? ''),
      titles: texts.lines.map((line) => line?.title ?? null),
      ...rows,
      ...(due && { due }),
    },
    backend: usable?.facts.backend ?? 'plain TypeScript',
    ...(list.policies?.consent && { withoutConsent: audience.length - users.length }),
  };
}

/** Kinds whose rows are the model's own lists: their policies are those of lists for each person. */
function isServed({ kind }: { kind: Kind }): boolean {
  return kind === 'cross-sell' || kind === 'next-best-offer';
}

async function servedKindList(
  epoch: Epoch,
  list: ListWithPolicies & { kind: Kind },
  audience: Int32Array,
): Promise<{ list: FinishedKindList; backend: string; withoutConsent?: number }> {
  const isCrossSell = list.kind === 'cross-sell';
  const texts = await itemTexts(epoch);
  const blocks = isCrossSell ? await takenByBlock(epoch, list, texts) : undefined;
  const { list: finished, users, ...counted } = await makeServedList(epoch, list, audience, blocks);
  const beside = isCrossSell ? [categoryBeside(texts, finished.items)] : await rhythmBeside(epoch, users);
  return { list: { ...finished, subject: 'user', beside }, ...counted };
}

/** What policies make of a list whose rows are no lists of the model's own. */
interface RuledItems {
  eligible: Uint8Array;
  exclude?: InteractionMatrix;
  /** How long lists must be to choose from; absent where nothing looks at their order. */
  window?: number;
  rules?: ListRules;
}

async function ruledItems(epoch: Epoch, list: ListWithPolicies & { kind: Kind }): Promise<RuledItems> {
  const { policies, size } = list;
  const ordered = (rules: ListRules) => (ordersRows(policies) ? { rules, window: rules.window } : {});
  if (list.kind !== 'bought-together') {
    const { candidates, rules } = (await prepareList(epoch, list)).compiled;
    return { ...candidates, ...ordered(rules) };
  }
  const facts = await readItemFacts(await epoch.data());
  const { eligible } = allowedItems(facts, policies);
  return { eligible, ...ordered(listRules({ size, policies, facts, seed: epoch.plan.seed }, eligible)) };
}

/** The rows that limits and preferences choose, with what stands beside them. */
function keptByRules({ beside, fromPopularity, ...made }: Made, depth: number, rules: ListRules): Made {
  const { from, ...rows } = chosenRows(made, depth, rules);
  return {
    subjects: made.subjects,
    ...rows,
    fromPopularity: Uint8Array.from(from, (at) => (at < 0 ? 0 : fromPopularity[at])),
    beside: beside.map(({ column, cell }) => ({ column, cell: (at, row) => cell(from[at], row) })),
  };
}

interface Making {
  epoch: Epoch;
  list: PlanList;
  users: Int32Array;
  usable: UsableModel;
  texts: ItemTexts;
  /** How long lists are made. */
  size: number;
  /** One byte an item: 1 where it may be shown. */
  eligible: Uint8Array;
  /** What customers are not shown. */
  exclude?: InteractionMatrix;
}

const makers: Record<Exclude<Kind, 'bought-together'>, (making: Making) => Promise<Made>> = {
  async 'similar-items'({ epoch, list, users, usable, texts, size, eligible }) {
    const items = await itemsOfPeople(epoch, users, texts);
    const similar = similarItemsOf(list, usable.model);
    const lists = await similarItemLists(similar, { items, size, eligible }, epoch);
    return { ...lists, fromPopularity: noneOf(lists), subjects: idsOf(items, texts), beside: [] };
  },

  async segment({ list, users, size, ...making }) {
    // Members vote with lists as deep as without rules, however many rows preferences choose among.
    const own = await ownLists({ ...making, users }, Math.max(leastDepth, list.size));
    const one = segmentList(own.items, users.length, making.usable.training.items, size);
    return {
      ...one,
      fromPopularity: noneOf(one),
      subjects: users.length > 0 ? [list.for] : [],
      beside: [
        { column: { name: 'members', type: 'integer' }, cell: (at) => one.members[at] },
        { column: { name: 'of', type: 'integer' }, cell: () => users.length },
      ],
    };
  },

  async 'up-sell'({ epoch, list, users, usable, texts, size, eligible, exclude }) {
    const data = await epoch.data();
    const similar = similarItemsOf(list, usable.model);
    const { prices } = await remember(data, 'item money', ({ signal }) => readItemMoney(data, signal), epoch);
    const categories = categoriesOf(texts.lines.map((line) => line?.category));
    const lists = await upSellLists(
      similar,
      {
        users,
        size,
        owned: await exclusionOf(epoch, 'bought', recommenderOf(epoch, list)),
        exclude,
        categories: categories.codes,
        bands: priceBands(categories, prices),
        eligible,
      },
      epoch,
    );
    return {
      ...lists,
      fromPopularity: noneOf(lists),
      subjects: await userIdsOf(epoch, users),
      beside: [
        { column: { name: 'because', type: 'text' }, cell: (at) => texts.lines[lists.because[at]]!.itemId },
        {
          column: { name: 'price', type: 'number' },
          cell: (at) => (Number.isNaN(prices[lists.items[at]]) ? null : prices[lists.items[at]]),
        },
      ],
    };
  },

  async 'cross-sell'({ epoch, list, users, usable, texts, size, exclude }) {
    const lists: RecommendationLists = {
      items: new Int32Array(users.length * size),
      scores: new Float32Array(users.length * size),
      fromPopularity: new Uint8Array(users.length * size),
    };
    const blocks = await takenByBlock(epoch, list, texts);
    for (let first = 0; first < users.length; first += blocks.users) {
      const some = users.subarray(first, first + blocks.users);
      const request = { users: some, size, exclude: blocks.of(some, exclude) };
      const part = await recommendForUsers(usable, request, await epoch.desk.kernels(), epoch);
      for (const name of ['items', 'scores', 'fromPopularity'] as const) lists[name].set(part[name], first * size);
      epoch.report({ stage: 'recommend', done: first + some.length, total: users.length, unit: 'users' });
      await epoch.breathe();
    }
    return { ...lists, subjects: await userIdsOf(epoch, users), beside: [categoryBeside(texts, lists.items)] };
  },

  async 'next-best-offer'({ users, ...making }) {
    const lists = await ownLists({ ...making, users }, making.size);
    return { ...lists, subjects: await userIdsOf(making.epoch, users), beside: await rhythmBeside(making.epoch, users) };
  },
};

/** What a cross-sell leaves out beside what is left out anyway, for some customers at a time. */
async function takenByBlock(epoch: Epoch, list: PlanList, texts: ItemTexts) {
  const categories = categoriesOf(texts.lines.map((line) => line?.category));
  const owned = await exclusionOf(epoch, 'bought', recommenderOf(epoch, list));
  return {
    users: Math.max(1, Math.floor(excludedAtOnce / Math.max(1, owned.items))),
    of: (some: Int32Array, exclude: InteractionMatrix | undefined) => categoriesTaken(some, { owned, exclude, categories }),
  };
}

function categoryBeside({ lines }: ItemTexts, items: Int32Array): Made['beside'][number] {
  return { column: { name: 'category', type: 'text' }, cell: (at) => lines[items[at]]!.category };
}

async function rhythmBeside(epoch: Epoch, users: Int32Array): Promise<Made['beside']> {
  const data = await epoch.data();
  const rhythms = rhythmsOf(await remember(data, 'acts', (run) => readActs(data, run), epoch), users);
  return [
    { column: { name: 'weekday', type: 'integer' }, cell: (_, row) => rhythms[row]?.weekday ?? null },
    { column: { name: 'hour', type: 'integer' }, cell: (_, row) => rhythms[row]?.hour ?? null },
    { column: { name: 'channel', type: 'text' }, cell: (_, row) => rhythms[row]?.channel ?? null },
    { column: { name: 'rhythm_of', type: 'text' }, cell: (_, row) => rhythms[row]?.basis ?? null },
    { column: { name: 'rhythm_count', type: 'integer' }, cell: (_, row) => rhythms[row]?.acts ?? null },
  ];
}

async function together({ epoch, list, users, texts, size, eligible }: Omit<Making, 'usable'>): Promise<Made> {
  const { leastOrders = fewestTogether } = list;
  const data = await epoch.data();
  const baskets = await remember(data, 'baskets', ({ signal }) => readBaskets(data, signal), epoch);
  const items = await itemsOfPeople(epoch, users, texts);
  const lists = await boughtTogetherLists(baskets, { items, size, leastOrders, eligible }, epoch);
  return {
    ...lists,
    fromPopularity: noneOf(lists),
    subjects: idsOf(items, texts),
    beside: [
      { column: { name: 'orders', type: 'integer' }, cell: (at) => lists.orders[at] },
      { column: { name: 'confidence', type: 'number' }, cell: (at) => lists.confidence[at] },
      { column: { name: 'lift', type: 'number' }, cell: (at) => lists.scores[at] },
    ],
  };
}

/** What the model gives each person after exclusion, filled as every list is. */
async function ownLists(
  { epoch, users, usable, exclude, eligible }: Omit<Making, 'texts' | 'list' | 'size'>,
  size: number,
): Promise<RecommendationLists> {
  return recommendForUsers(usable, { users, size, exclude, eligible }, await epoch.desk.kernels(), epoch);
}

/** The items that some people have, in the order of their ids. */
async function itemsOfPeople(epoch: Epoch, users: Int32Array, { lines }: ItemTexts): Promise<Int32Array> {
  const { rowStarts, columns, items } = await exclusionOf(epoch, 'bought');
  const isBought = new Uint8Array(items);
  for (const user of users) for (const item of columns.subarray(rowStarts[user], rowStarts[user + 1])) isBought[item] = 1;
  const found = Array.from(isBought.keys()).filter((item) => isBought[item] === 1 && lines[item]);
  return Int32Array.from(found.sort((a, b) => (lines[a]!.itemId < lines[b]!.itemId ? -1 : 1)));
}

function idsOf(items: Int32Array, { lines }: ItemTexts): string[] {
  return Array.from(items, (item) => lines[item]!.itemId);
}

async function userIdsOf(epoch: Epoch, users: Int32Array): Promise<string[]> {
  return readUserIds(await epoch.data(), [...users], epoch.signal);
}

/** Numbers that were given up are nothing that could be shown. */
function thereOf({ lines }: ItemTexts): Uint8Array {
  return Uint8Array.from(lines, (line) => (line ? 1 : 0));
}

function noneOf({ items }: { items: Int32Array }): Uint8Array {
  return new Uint8Array(items.length);
}

/** @throws UserError `list_needs_similar` */
function similarItemsOf({ id, model }: PlanList, { similarItems }: RecommenderModel): NonNullable<RecommenderModel['similarItems']> {
  if (similarItems) return similarItems;
  throw cannotTellAlike(id, model);
}
