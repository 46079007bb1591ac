import type { RunContext } from '../base/run';
import type { Kernels } from '../math/kernels';
import {
  allCandidates,
  firstCandidates,
  noCandidates,
  withPopularity,
  type CandidateRules,
  type CandidateSource,
  type OwnCandidates,
} from './candidates';
import { chooseItems, relevanceOf, type ChosenItem, type ListRules } from './chooseItems';
import { Exposure, exposureCounts } from './exposure';
import { CapCounter } from './policies/caps';
import { hasPair } from './policies/excludedPairs';
import { emptyLists, lengthOf, putRow, rowsOf, type ServedLists, type ServedRow } from './served';

/** All that lists are made by, with the policies in the form in which they are applied. */
export interface ServingRequest {
  /** One list each, in this order. */
  users: Int32Array;
  /** Their ids: who is turned away from an item that too many want is decided by these, not by the order. */
  userIds: readonly string[];
  /** The list's model, then those that are asked where it has no more. */
  sources: readonly CandidateSource[];
  candidates: CandidateRules;
  rules: ListRules;
  /** No item in more than this share of the lists; absent where anybody may see anything. */
  exposure?: number;
  /** Whether a customer has an item that may come again. */
  mayComeAgain?: (user: number, item: number) => boolean;
}

/** Candidates held at once. */
const candidatesAtOnce = 2 ** 21;

/**
 * The lists of some customers under policies: no row breaks a rule, whichever source it comes from. Each list has as many
 * rows as are wanted, or as many as the rules leave: where the first candidates do not suffice, all of them are looked at.
 * What a list holds depends on the order of customers in nothing.
 */
export async function serveLists(request: ServingRequest, kernels: Kernels, run: RunContext): Promise<ServedLists> {
  const { users, rules, exposure } = request;
  const sources = withPopularity(request.sources);
  const lists = emptyLists(users.length, rules.size, [...sources.map(({ id }) => id), 'promoted']);
  const limits = exposure === undefined ? undefined : new Exposure(users.length, exposure, request.userIds);

  /** Whoever chooses anew does so from the same candidates, where there is room to keep them. */
  const kept = limits && users.length * rules.window <= 2 * candidatesAtOnce ? new Array<OwnCandidates>(users.length) : [];

  for (let open: number[] = [...users.keys()]; open.length > 0;) {
    const closed = limits ? open.reduce((most, list) => Math.max(most, limits.closedFor(list)), 0) : 0;
    // Items that somebody was turned away from stay candidates, so as many more are needed; four times, so that it is seldom.
    const depth = Math.min(request.candidates.eligible.length, rules.window + 4 * closed);
    const atOnce = Math.max(1, Math.floor(candidatesAtOnce / Math.max(1, depth)));
    for (let start = 0; start < open.length; start += atOnce) {
      const some = open.slice(start, start + atOnce);
      const isShort = (list: number) =>
        !kept[list]?.isWhole && (kept[list]?.items.length ?? 0) < rules.window + (limits?.closedFor(list) ?? 0);
      const asked = some.filter(isShort);
      const found = new Map((await candidatesOf(request, sources, asked, depth, kernels, run)).map((own, i) => [asked[i], own] as const));
      const dry: number[] = [];
      for (const list of some) {
        const own = found.get(list) ?? kept[list];
        if (kept.length > 0) kept[list] = own;
        const rows = oneList(request, list, own, sources.length, limits);
        if (rows.length < rules.size && !own.isWhole) dry.push(list);
        else putList(lists, list, rows);
        await run.breathe();
      }
      await lookFurther(request, sources, { dry, depth, lists, limits, firstOf: (list) => found.get(list) ?? kept[list] }, kernels, run);
      run.report({ stage: 'recommend', done: start + some.length, total: open.length, unit: 'users' });
    }
    open = limits?.turnAway(lists, request.candidates.eligible.length) ?? [];
  }
  if (limits) await fillUp(request, sources, lists, limits, run);
  return lists;
}

function candidatesOf(
  { users, candidates }: ServingRequest,
  sources: readonly CandidateSource[],
  lists: readonly number[],
  depth: number,
  kernels: Kernels,
  run: RunContext,
): Promise<OwnCandidates[]> {
  const asked = Int32Array.from(lists, (list) => users[list]);
  return firstCandidates(sources, asked, depth, candidates, kernels, run);
}

/** Lists whose first candidates ran dry. */
interface DryLists {
  dry: readonly number[];
  /** How many candidates they had. */
  depth: number;
  lists: ServedLists;
  limits?: Exposure;
  firstOf: (list: number) => OwnCandidates;
}

/** How much further is looked at once, before one list after another goes through everything. */
const further = 8;

/** Chooses anew from more candidates, which the kernels rank for many at once, and from all where these run dry as well. */
async function lookFurther(
  request: ServingRequest,
  sources: readonly CandidateSource[],
  { dry, depth, lists, limits, firstOf }: DryLists,
  kernels: Kernels,
  run: RunContext,
): Promise<void> {
  const { rules, candidates, users } = request;
  const deeper = Math.min(candidates.eligible.length, further * depth);
  const atOnce = Math.max(1, Math.floor(candidatesAtOnce / Math.max(1, deeper)));
  for (let start = 0; start < dry.length; start += atOnce) {
    const some = dry.slice(start, start + atOnce);
    const found = await candidatesOf(request, sources, some, deeper, kernels, run);
    for (const [i, list] of some.entries()) {
      const rows = oneList(request, list, found[i], sources.length, limits);
      const isDone = rows.length === rules.size || found[i].isWhole;
      const whole = isDone ? undefined : await allCandidates(sources, users[list], firstOf(list), candidates);
      putList(lists, list, whole ? oneList(request, list, whole, sources.length, limits) : rows);
      await run.breathe();
    }
  }
}

/** One customer's list, as far as the candidates suffice. */
function oneList(
  { users, rules, candidates, mayComeAgain }: ServingRequest,
  list: number,
  own: OwnCandidates,
  outside: number,
  limits: Exposure | undefined,
): ServedRow[] {
  const user = users[list];
  const closed = limits?.closedTo(list);
  const isFull = closed ? (item: number) => closed.has(item) : () => false;
  const mayPromote = (item: number) => candidates.eligible[item] === 1 && !hasPair(candidates.exclude, user, item);
  const chosen = chooseItems(own, rules, isFull, mayPromote);
  return chosen.map((each) => servedRow(each, own, outside, mayComeAgain?.(user, each.item) ?? false));
}

function putList(lists: ServedLists, list: number, rows: readonly ServedRow[]): void {
  lists.items.fill(-1, list * lists.size, (list + 1) * lists.size);
  rows.forEach((row, place) => putRow(lists, list, place, row));
}

function servedRow({ item, candidate, reason, value }: ChosenItem, own: OwnCandidates, outside: number, isAgain: boolean): ServedRow {
  if (candidate < 0) return { item, source: outside, score: NaN, finalScore: NaN, reason, filled: null };
  const source = own.sources[candidate];
  const isFilled = source > 0 && reason !== 'promoted';
  return {
    item,
    source,
    score: own.scores[candidate],
    finalScore: value,
    reason: isFilled ? 'filled' : isAgain && reason === 'model' ? 'again' : reason,
    filled: !isFilled ? null : own.isNew ? 'new-customer' : 'model-ended',
  };
}

/**
 * Who was turned away from an item may find room after all, where somebody else gave it up. Short lists get what still
 * fits at their end, by lot; counts only grow, so once round is enough.
 */
async function fillUp(
  request: ServingRequest,
  sources: readonly CandidateSource[],
  lists: ServedLists,
  { byLot, most }: Exposure,
  run: RunContext,
): Promise<void> {
  const { users, rules, candidates, mayComeAgain } = request;
  const counts = exposureCounts(lists, candidates.eligible.length);
  for (const list of byLot) {
    const length = lengthOf(lists, list);
    if (length === rules.size) continue;
    const held = rowsOf(lists, list).map(({ item }) => item);
    const counter = new CapCounter(rules.caps);
    held.forEach((item) => counter.take(item));
    const own = await allCandidates(sources, users[list], noCandidates(sources, users[list]), candidates);
    for (let candidate = 0, place = length; candidate < own.length && place < rules.size; candidate++) {
      const item = own.items[candidate];
      if (counts[item] >= most || held.includes(item) || counter.fullFor(item) >= 0) continue;
      counter.take(item);
      counts[item]++;
      const chosen = { item, candidate, reason: 'model', value: relevanceOf(candidate, 0, rules.window) } as const;
      putRow(lists, list, place++, servedRow(chosen, own, sources.length, mayComeAgain?.(users[list], item) ?? false));
    }
    await run.breathe();
  }
}
