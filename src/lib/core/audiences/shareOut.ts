import { Bitset } from '../base/bitset';
import { stableJson } from '../base/hash';
import { inSteps, type RunContext } from '../base/run';
import { allocateByPriority, allocateByProfit, type Allocation, type AllocationProblem } from './allocate';
import { contactFactors, contactValue, type ContactEffect } from './contactValue';
import { chosenMembers, type ChosenMembers, type ContactScope } from './chosenMembers';
import { customerIds } from './customerIds';
import type { PlanAudience, PlanSharing } from './schema';
import { traitNumbers } from './traitNumbers';

/** Where audiences find people, and with whom they share them. */
export interface AudienceScope extends ContactScope {
  /** All of the plan. */
  audiences?: readonly PlanAudience[];
  sharing?: readonly PlanSharing[];
  /** What past campaigns brought, which groups may reckon with. */
  effects?: readonly ContactEffect[];
}

/** How a group of audiences shared its people. */
export interface SharingReport {
  id: string;
  choose: PlanSharing['choose'];
  /** One for each audience, in order of priority: how many it wanted, and where they went, by audience; the rest to none. */
  rows: { audience: string; wanted: number; went: number[]; nowhere: number }[];
  contacts: number;
  cost: number;
  /** Expected; absent where the plan does not say what contacts bring. */
  profit?: number;
  /** Of it, where a kept effect is reckoned with: at the ends of its interval. */
  profitRange?: { low: number; high: number };
  /** Of the greatest expected profit; see `Allocation`. */
  bound?: number;
  priceOfBudget?: number;
  priceOfContact?: number;
}

export interface SharedOut {
  members: ReadonlyMap<string, ChosenMembers>;
  report: SharingReport;
}

/**
 * Gives the people whom the audiences of a group want to one of them each.
 * @param edited stands in for the plan's own of the same id
 * @throws UserError what {@link chosenMembers} throws; `column_unknown`
 */
export function shareOut(scope: AudienceScope, group: PlanSharing, edited: PlanAudience | null, run: RunContext): Promise<SharedOut> {
  const ids = group.audiences.map(({ audience }) => audience);
  const audiences = ids.flatMap((id) => (edited?.id === id ? edited : (scope.audiences?.find((audience) => audience.id === id) ?? [])));
  const key = stableJson([group, audiences]);
  let known = shared.get(scope);
  if (!known) shared.set(scope, (known = new Map()));
  const found = known.get(key) ?? share(scope, group, audiences, run);
  known.set(key, found);
  return found;
}

/** Every audience of a group asks for the same answer; a scope is of one run, so that nothing of it changes. */
const shared = new WeakMap<AudienceScope, Map<string, Promise<SharedOut>>>();

async function share(scope: AudienceScope, group: PlanSharing, audiences: readonly PlanAudience[], run: RunContext): Promise<SharedOut> {
  const chosen: ChosenMembers[] = [];
  for (const audience of audiences) chosen.push(await chosenMembers(scope, audience, run));
  const { users } = await customerIds(scope, run);
  const { problem, worths } = await problemOf(scope, group, chosen, users, run);
  const allocation = group.choose === 'profit' ? await inSteps(allocateByProfit(problem), run) : allocateByPriority(problem);
  const placeOf = new Int32Array(scope.users).fill(-1);
  users.forEach((user, person) => (placeOf[user] = allocation.audience[person]));
  const members = chosen.map((wanted, a): ChosenMembers => {
    const order = wanted.order.filter((user) => placeOf[user] === a);
    return { ...wanted, members: Bitset.of(scope.users, order), order, steps: [...wanted.steps, { step: 'sharing', left: order.length }] };
  });
  return {
    members: new Map(audiences.map(({ id }, a) => [id, members[a]])),
    report: reportOf(group, chosen, placeOf, allocation, worths),
  };
}

/** People are places in the byte order of ids, so that ties go to the lower id and not to the lower number. */
async function problemOf(
  scope: AudienceScope,
  { audiences, contacts, budget, choose }: PlanSharing,
  chosen: readonly ChosenMembers[],
  users: Int32Array,
  run: RunContext,
): Promise<{ problem: AllocationProblem; worths: ContactWorth[] }> {
  const personOf = new Int32Array(scope.users).fill(-1);
  users.forEach((user, person) => (personOf[user] = person));
  const offers: AllocationProblem['audiences'] = [];
  const worths: ContactWorth[] = [];
  for (const [a, entry] of audiences.entries()) {
    const { cost = 0, score, most, budget: own, profitable } = entry;
    const scores = score === undefined ? undefined : await traitNumbers(scope, score, run);
    const profit = new Float64Array(users.length).fill(NaN);
    const each = contactValue(entry, scope.effects);
    const factors = contactFactors(entry, chosen[a].order, scores);
    for (const [i, user] of chosen[a].order.entries()) {
      const brings = factors[i] * each.value - cost;
      // By priority who has no score may go all the same; nothing is known of what they bring.
      profit[personOf[user]] = choose === 'priority' && Number.isNaN(brings) ? -cost : brings;
    }
    // Where a score is given it decides who is wanted most; who has none comes last.
    const ranked = scores ? [...chosen[a].order].sort((x, y) => compare(scores[y], scores[x])) : [...chosen[a].order];
    const wanted = ranked.map((user) => personOf[user]).filter((person) => !profitable || profit[person] > 0);
    const affordable = own === undefined || cost === 0 ? Infinity : Math.floor((own / cost) * (1 + 1e-9));
    const room = Math.min(most ?? Infinity, affordable);
    worths.push({ ...each, cost, users: chosen[a].order, factors });
    offers.push({ cost, profit, order: Int32Array.from(wanted), ...(room < Infinity && { most: room }) });
    await run.breathe();
  }
  const limits = { ...(contacts !== undefined && { contacts }), ...(budget !== undefined && { budget }) };
  return { problem: { people: users.length, audiences: offers, ...limits }, worths };
}

/** What a contact of an audience is worth, to each of those whom it wants. */
interface ContactWorth {
  value: number;
  low: number;
  high: number;
  cost: number;
  users: Int32Array;
  factors: Float64Array;
}

/** What those who were placed bring where all effects are at an end of their intervals. */
function profitAt(end: 'low' | 'high', worths: readonly ContactWorth[], placeOf: Int32Array): number {
  return worths.reduce(
    (sum, worth, a) =>
      worth.users.reduce((own, user, i) => {
        if (placeOf[user] !== a) return own;
        const brings = worth.factors[i] * worth[end];
        return own + (Number.isNaN(brings) ? 0 : brings) - worth.cost;
      }, sum),
    0,
  );
}

function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) === Number(Number.isNaN(a)) ? 0 : Number.isNaN(a) ? -1 : 1;
  return a - b;
}

function reportOf(
  { id, choose, audiences }: PlanSharing,
  chosen: readonly ChosenMembers[],
  placeOf: Int32Array,
  { contacts, cost, profit, bound, priceOfBudget, priceOfContact }: Allocation,
  worths: readonly ContactWorth[],
): SharingReport {
  const rows = audiences.map(({ audience }, a) => {
    const went = audiences.map(() => 0);
    let nowhere = 0;
    for (const user of chosen[a].order) {
      if (placeOf[user] === -1) nowhere++;
      else went[placeOf[user]]++;
    }
    return { audience, wanted: chosen[a].order.length, went, nowhere };
  });
  const worthKnown = audiences.every(({ value, effect }) => value !== undefined || effect !== undefined);
  const reckons = audiences.some(({ effect }) => effect !== undefined);
  return {
    id,
    choose,
    rows,
    contacts,
    cost,
    ...(worthKnown && { profit }),
    ...(worthKnown && reckons && { profitRange: { low: profitAt('low', worths, placeOf), high: profitAt('high', worths, placeOf) } }),
    ...(choose === 'profit' && { bound, priceOfBudget, priceOfContact }),
  };
}
