import type { FinishedKindList } from '../core/exports/kindListTable';
import { cannotTellAlike, subjectOf, type ListKind } from '../core/recommendations/listKinds';
import type { PlanList } from '../core/plan/schema';
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
 * @throws UserError `recommender_missing`, `list_needs_similar`, `list_no_categories`, `list_no_prices`, and what training throws
 */
export async function makeKindList(
  given: Epoch,
  list: PlanList & { kind: Kind },
  users: Int32Array,
): Promise<{ list: FinishedKindList; backend: string }> {
  const usable = list.kind === 'bought-together' ? undefined : await trainedModel(given, recommenderOf(given, list));
  const epoch = given.reporting((progress) => given.report({ ...progress, stage: `recommend:${list.id}` }));
  epoch.report({ stage: 'recommend', done: 0, unit: 'steps' });
  const texts = await itemTexts(epoch);
  const made = usable
    ? await makers[list.kind as keyof typeof makers]({ epoch, list, users, usable, texts })
    : await together(epoch, list, users, texts);
  const { subjects, ...rows } = made;
  const subject = subjectOf(list.kind);
  const modelOf = (at: number) => (made.fromPopularity[at] ? undefined : usable?.model);
  const due = subject === 'user' && usable && dueDays({ size: list.size, ...made }, users, [usable.model], modelOf, epoch.plan.timeZone);
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
  };
}

interface Making {
  epoch: Epoch;
  list: PlanList;
  users: Int32Array;
  usable: UsableModel;
  texts: ItemTexts;
}

const makers: Record<Exclude<Kind, 'bought-together'>, (making: Making) => Promise<Made>> = {
  async 'similar-items'({ epoch, list, users, usable, texts }) {
    const items = await itemsOfPeople(epoch, users, texts);
    const similar = similarItemsOf(list, usable.model);
    const lists = await similarItemLists(similar, { items, size: list.size, eligible: thereOf(texts) }, epoch);
    return { ...lists, fromPopularity: noneOf(lists), subjects: idsOf(items, texts), beside: [] };
  },

  async segment({ epoch, list, users, usable }) {
    const depth = Math.max(leastDepth, list.size);
    const own = await ownLists({ epoch, list, users, usable }, depth);
    const one = segmentList(own.items, users.length, usable.training.items, list.size);
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

  async 'up-sell'({ epoch, list, users, usable, texts }) {
    const data = await epoch.data();
    const similar = similarItemsOf(list, usable.model);
    const { prices } = await remember(data, 'item money', ({ signal }) => readItemMoney(data, signal), epoch);
    const categories = categoriesOf(texts.lines.map((line) => line?.category));
    const lists = await upSellLists(
      similar,
      {
        users,
        size: list.size,
        owned: await exclusionOf(epoch, 'bought', recommenderOf(epoch, list)),
        exclude: await excludedBy(epoch, list),
        categories: categories.codes,
        bands: priceBands(categories, prices),
        eligible: thereOf(texts),
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

  async 'cross-sell'({ epoch, list, users, usable, texts }) {
    const categories = categoriesOf(texts.lines.map((line) => line?.category));
    const owned = await exclusionOf(epoch, 'bought', recommenderOf(epoch, list));
    const exclude = await excludedBy(epoch, list);
    const lists: RecommendationLists = {
      items: new Int32Array(users.length * list.size),
      scores: new Float32Array(users.length * list.size),
      fromPopularity: new Uint8Array(users.length * list.size),
    };
    const atOnce = Math.max(1, Math.floor(excludedAtOnce / Math.max(1, owned.items)));
    for (let first = 0; first < users.length; first += atOnce) {
      const some = users.subarray(first, first + atOnce);
      const request = { users: some, size: list.size, exclude: categoriesTaken(some, { owned, exclude, categories }) };
      const part = await recommendForUsers(usable, request, await epoch.desk.kernels(), epoch);
      for (const name of ['items', 'scores', 'fromPopularity'] as const) lists[name].set(part[name], first * list.size);
      epoch.report({ stage: 'recommend', done: first + some.length, total: users.length, unit: 'users' });
      await epoch.breathe();
    }
    return {
      ...lists,
      subjects: await userIdsOf(epoch, users),
      beside: [{ column: { name: 'category', type: 'text' }, cell: (at) => texts.lines[lists.items[at]]!.category }],
    };
  },

  async 'next-best-offer'({ epoch, list, users, usable }) {
    const data = await epoch.data();
    const lists = await ownLists({ epoch, list, users, usable }, list.size);
    const rhythms = rhythmsOf(await remember(data, 'acts', (run) => readActs(data, run), epoch), users);
    return {
      ...lists,
      subjects: await userIdsOf(epoch, users),
      beside: [
        { column: { name: 'weekday', type: 'integer' }, cell: (_, row) => rhythms[row]?.weekday ?? null },
        { column: { name: 'hour', type: 'integer' }, cell: (_, row) => rhythms[row]?.hour ?? null },
        { column: { name: 'channel', type: 'text' }, cell: (_, row) => rhythms[row]?.channel ?? null },
        { column: { name: 'rhythm_of', type: 'text' }, cell: (_, row) => rhythms[row]?.basis ?? null },
        { column: { name: 'rhythm_count', type: 'integer' }, cell: (_, row) => rhythms[row]?.acts ?? null },
      ],
    };
  },
};

async function together(
  epoch: Epoch,
  { size, leastOrders = fewestTogether }: PlanList,
  users: Int32Array,
  texts: ItemTexts,
): Promise<Made> {
  const data = await epoch.data();
  const baskets = await remember(data, 'baskets', ({ signal }) => readBaskets(data, signal), epoch);
  const items = await itemsOfPeople(epoch, users, texts);
  const lists = await boughtTogetherLists(baskets, { items, size, leastOrders }, epoch);
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
async function ownLists({ epoch, list, users, usable }: Omit<Making, 'texts'>, size: number): Promise<RecommendationLists> {
  return recommendForUsers(usable, { users, size, exclude: await excludedBy(epoch, list) }, await epoch.desk.kernels(), epoch);
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
