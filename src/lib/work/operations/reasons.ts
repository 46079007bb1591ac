import { UserError } from '../../core/base/errors';
import { mostDifferent, testLists } from '../../core/evaluation/testLook';
import type { SplitSpec } from '../../core/evaluation/types';
import { placesOf } from '../../core/math/permute';
import type { InteractionMatrix } from '../../core/math/sparseRows';
import type { RecommenderSpec } from '../../core/plan/schema';
import { numberOfUser, readUserIds } from '../../core/profiles/userIds';
import { listFromBasket } from '../../core/recommendations/basketList';
import { reasonFor, type Reason } from '../../core/recommendations/reason';
import { basketOf, eventsOfUser } from '../../core/recommenders/basket';
import { findRecommender } from '../../core/recommenders/catalogue';
import type { Basket } from '../../core/recommenders/recommender';
import { readUserEvents, type HistoryLine, type ItemLine } from '../../core/store/itemQueries';
import { remember } from '../../core/store/remember';
import { itemTexts, type ItemTexts } from '../itemTexts';
import { trainedModel } from '../recommenders';
import { testPart, trainPartModel, type TestPart } from '../testPart';
import type { Epoch } from '../epoch';
import { reads } from './context';

/** {@link Reason} with items in words. */
export type ReasonInWords =
  | {
      kind: 'parts';
      score: number;
      parts: (ItemLine & { amount: number })[];
      others: { items: number; amount: number };
      rest: number;
    }
  | { kind: 'near'; score: number; near: (ItemLine & { likeness: number })[]; lookedAt: number }
  | { kind: 'popular'; customers: number };

/** Whom a list is for: a customer as of now, what somebody typed, or a tested customer as the train part knew them. */
export type ListedFor = { userId: string } | { basket: string[] } | { userId: string; split: SplitSpec; models: RecommenderSpec[] };

/**
 * Why a model gives somebody an item; see {@link Reason}. Trains where that has not been done.
 * @throws UserError `user_unknown`, `item_unknown`, and what training throws
 */
export const recommenderWhy = reads<{ model: RecommenderSpec; who: ListedFor; itemId: string }, ReasonInWords>(
  async ({ model: spec, who, itemId }, epoch) => {
    const texts = await itemTexts(epoch);
    const item = texts.numbers.get(itemId);
    if (item === undefined) throw unknownItem(itemId);
    const { servesNewUsers = false } = findRecommender(spec.algorithm);
    if ('split' in who) {
      const part = await testPart(epoch, who.models, who.split);
      const model = await trainPartModel(epoch, spec, part, who.split);
      const place = placesOf(part.numbering.userOrder, part.cut.task.train.users)[await userOf(epoch, who.userId)];
      const { train } = part.cut.task;
      const asked = who.split.kind === 'strong-generalisation' ? await unknownBasket(part, place) : place;
      const itemOrder = part.numbering.itemOrder;
      const reason = await reasonFor(model, { who: asked, item: itemOrder.indexOf(item), training: train, servesNewUsers });
      return inWords(reason, texts, itemOrder);
    }
    const { model, training } = await trainedModel(epoch, spec);
    const asked = 'userId' in who ? await userOf(epoch, who.userId) : basketOfIds(who.basket, texts).basket;
    return inWords(await reasonFor(model, { who: asked, item, training, servesNewUsers }), texts);
  },
);

export interface BasketRecommendations {
  items: (ItemLine & { rank: number; score: number })[];
  /** The basket is empty, or the model knows none of it: this is what most customers chose. */
  isPopularity: boolean;
  /** Ids that the data does not have. */
  unknown: string[];
}

/**
 * What a model gives somebody who has these items, and is not in the data. Trains where that has not been done.
 * @throws UserError `cannot_fold_in`, and what training throws
 */
export const recommenderBasket = reads<{ model: RecommenderSpec; basket: string[]; size: number }, BasketRecommendations>(
  async ({ model: spec, basket: ids, size }, epoch) => {
    const texts = await itemTexts(epoch);
    const { model, training } = await trainedModel(epoch, spec);
    const { basket, unknown } = basketOfIds(ids, texts);
    // Numbers that were given up are nothing that could be shown.
    const eligible = await remember(await epoch.data(), 'items that are there', () =>
      Uint8Array.from(texts.lines, (line) => (line ? 1 : 0)),
    );
    const { items, scores, isPopularity } = listFromBasket(model, findRecommender(spec.algorithm), { basket, training, size, eligible });
    return {
      items: Array.from(items, (item, at) => ({ ...texts.lines[item]!, rank: at + 1, score: scores[at] })),
      isPopularity,
      unknown,
    };
  },
);

export interface TestLook {
  userId: string;
  /** How many customers are tested. */
  testUsers: number;
  /** What they did before the cut, newest first. */
  history: HistoryLine[];
  /** Items that were held back and are new to them: what there was to find. */
  heldBack: HistoryLine[];
  lists: { modelId: string; items: (ItemLine & { rank: number; score: number })[] }[];
}

/** Which tested customer: by id, by a number from 0 to 1, or the n-th of those whose lists differ most. */
export type TestChoice = { userId: string } | { random: number } | { different: number };

/** Of more tested people than this, every so-manieth is looked at for the most different lists. */
const mostCompared = 2000;
const historyLines = 200;

/**
 * One tested customer of a comparison: what the train part knew of them, what each model trained on it would have
 * shown, and what was really done afterwards. Progress stage: `train:<id>`.
 * @throws UserError `user_unknown`, `user_not_tested`, what {@link testPart} and training throw
 */
export const recommendersTestLook = reads<{ models: RecommenderSpec[]; split: SplitSpec; size: number; choose: TestChoice }, TestLook>(
  async ({ models, split, size, choose }, epoch) => {
    const part = await testPart(epoch, models, split);
    const { task } = part.cut;
    const texts = await itemTexts(epoch);
    const user = await chosenUser(epoch, { models, split, size, choose }, part);
    const lists: TestLook['lists'] = [];
    for (const spec of models) {
      const { items, scores } = await listsOf(epoch, spec, part, split, { users: Int32Array.of(user), k: size });
      const listed = items.filter((item) => item >= 0);
      lists.push({
        modelId: spec.id,
        items: Array.from(listed, (place, at) => ({ ...lineAt(texts, part, place), rank: at + 1, score: scores[at] })),
      });
    }
    const number = part.numbering.userOrder[user];
    const [userId] = await readUserIds(await epoch.data(), [number], epoch.signal);
    return { userId, testUsers: task.users.length, lists, ...(await eventsOfTested(epoch, part, user)) };
  },
);

async function chosenUser(
  epoch: Epoch,
  { models, split, size, choose }: { models: RecommenderSpec[]; split: SplitSpec; size: number; choose: TestChoice },
  part: TestPart,
): Promise<number> {
  const { users } = part.cut.task;
  if ('random' in choose) return users[Math.min(users.length - 1, Math.floor(choose.random * users.length))];
  if ('userId' in choose) {
    const place = placesOf(part.numbering.userOrder, part.cut.task.train.users)[await userOf(epoch, choose.userId)];
    if (users.includes(place)) return place;
    throw new UserError(
      'user_not_tested',
      `Customer "${choose.userId}" is not among those who are tested.`,
      'Only customers with a history and something new in the test part are. Choose another one.',
      { user: choose.userId },
    );
  }
  const step = Math.ceil(users.length / mostCompared);
  const some = users.filter((_, at) => at % step === 0);
  const lists: Int32Array[] = [];
  for (const spec of models) lists.push((await listsOf(epoch, spec, part, split, { users: some, k: size })).items);
  const order = mostDifferent(lists, some.length, size);
  return some[order[choose.different % order.length]];
}

async function listsOf(
  epoch: Epoch,
  spec: RecommenderSpec,
  part: TestPart,
  split: SplitSpec,
  request: { users: Int32Array; k: number },
): Promise<{ items: Int32Array; scores: Float32Array }> {
  const model = await trainPartModel(epoch, spec, part, split);
  return testLists(model, findRecommender(spec.algorithm), part.cut, split, request, await epoch.desk.kernels(), epoch);
}

/** What a tested customer did with items on both sides of the cut; of the test side, what they were tested on. */
async function eventsOfTested(epoch: Epoch, part: TestPart, user: number): Promise<Pick<TestLook, 'history' | 'heldBack'>> {
  const { cut, list, numbering, events } = part;
  const pairsOf = ({ rowStarts, columns }: InteractionMatrix) => new Set(columns.subarray(rowStarts[user], rowStarts[user + 1]));
  const [had, tested] = [pairsOf(cut.task.train), pairsOf(cut.task.test)];
  const known = new Set<string>();
  // Under strong generalisation nobody tested has events in train, and the history is the earlier part of them.
  const isUnknown = cut.trainEvents.every((event) => list.userOfEvent[event] !== user);
  for (const event of cut.trainEvents) {
    if (list.userOfEvent[event] === user) known.add(`${list.timeOfEvent[event]} ${list.itemOfEvent[event]}`);
  }
  const placeOfItem = placesOf(numbering.itemOrder, cut.task.train.items);
  const lines = await readUserEvents(await epoch.data(), numbering.userOrder[user], Object.keys(events), epoch.signal);
  const placed = lines.map(({ item, microseconds, ...line }) => ({
    line,
    place: placeOfItem[item],
    at: `${microseconds} ${placeOfItem[item]}`,
  }));
  return {
    history: placed
      .filter(({ place, at }) => (isUnknown ? had.has(place) : known.has(at)))
      .map(({ line }) => line)
      .slice(0, historyLines),
    heldBack: placed.filter(({ place, at }) => tested.has(place) && !known.has(at)).map(({ line }) => line),
  };
}

function lineAt({ lines }: ItemTexts, { numbering }: TestPart, place: number): ItemLine {
  return lines[numbering.itemOrder[place]]!;
}

/** @param itemOrder where the reason speaks of places */
function inWords(reason: Reason, { lines }: ItemTexts, itemOrder?: Int32Array): ReasonInWords {
  const lineOf = (item: number) => lines[itemOrder ? itemOrder[item] : item]!;
  if (reason.kind === 'popular') return reason;
  if (reason.kind === 'near') return { ...reason, near: reason.near.map(({ item, likeness }) => ({ ...lineOf(item), likeness })) };
  return { ...reason, parts: reason.parts.map(({ item, amount }) => ({ ...lineOf(item), amount })) };
}

function basketOfIds(ids: readonly string[], { numbers }: ItemTexts): { basket: Basket; unknown: string[] } {
  const found = [...new Set(ids.flatMap((id) => numbers.get(id) ?? []))];
  // What was put in first was done first: some models go by the order.
  const basket = { items: Int32Array.from(found).sort(), events: { items: Int32Array.from(found) } };
  return { basket, unknown: ids.filter((id) => !numbers.has(id)) };
}

/** What somebody who was kept out of training is known to have. */
async function unknownBasket({ cut }: TestPart, place: number): Promise<Basket> {
  const events = await cut.sequencesOf(cut);
  return { ...basketOf(cut.history, place), ...(events && { events: eventsOfUser(events, place) }) };
}

async function userOf(epoch: Epoch, userId: string): Promise<number> {
  return numberOfUser(await epoch.data(), userId, epoch.signal);
}

function unknownItem(item: string): UserError {
  return new UserError('item_unknown', `There is no item "${item}".`, 'Ids are compared exactly, with every zero and letter case.', {
    item,
  });
}
