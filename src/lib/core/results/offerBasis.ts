import { Bitset } from '../base/bitset';
import type { RunContext } from '../base/run';
import { audienceMembers, type AudienceScope } from '../audiences/members';
import { ruleOfSource } from '../audiences/source';
import type { PlanAudience } from '../audiences/schema';
import { traitNumbers } from '../audiences/traitNumbers';
import { duckdb } from '../measures/duckdb';
import { keptType, readKeptColumns } from '../measures/kept';
import { EventScan } from '../measures/scan';
import { costedSums } from '../profiles/kinds/marginTrait';
import { orderEvent, refundEvents } from '../schema/events';
import { dateOfDay, dayNumber } from '../schema/days';
import { replayRule, timelessTraits, type ReplayScope } from '../segments/history';
import { indexesOf, numbersOf } from '../store/columns';
import { sql } from '../store/sql';
import type { OfferPeople } from './offerPlan';

/** What the data says about an audience's orders before anything is offered to it. */
export interface OfferBasis {
  people: number;
  /** Days in which an order counts. */
  days: number;
  /** Share of people who order in so many days without the offer; null where nobody ever ordered. */
  rate: number | null;
  /**
   * `score`: the mean of the chances that a model gives the people. `replay`: those whom the audience's segments had so many
   * days ago, and what they did since. `recent`: its people of today in the days just gone, where the past is not known.
   */
  rateFrom: 'score' | 'replay' | 'recent';
  /** Of whom the rate is, and how many of them ordered; absent with a score. */
  counted?: { people: number; buyers: number };
  /** Mean of their orders of the last year, net; null without one. */
  orderValue: number | null;
  /** Share of revenue left after the cost of goods, where the data has costs. */
  margin: number | null;
}

export interface OfferBasisAsked {
  days: number;
  /** A trait that is the chance to order: `score:<model id>`. */
  score?: string;
  /** A trait that is how much likelier an offer makes it: the output of an uplift model. */
  uplift?: string;
}

/** @throws UserError what {@link audienceMembers} throws; `column_unknown` */
export async function offerBasis(
  scope: AudienceScope,
  replay: ReplayScope,
  audience: PlanAudience,
  { days, score, uplift }: OfferBasisAsked,
  run: RunContext,
): Promise<{ basis: OfferBasis; people: OfferPeople }> {
  const { order, members } = await audienceMembers(scope, audience, run);
  const [chances, lifts] = [score && (await valuesOf(score)), uplift && (await valuesOf(uplift))];
  const since = dateOfDay(dayNumber(scope.asOf) - days);
  const orders = await ordersOf(scope, since, run);
  const money = meanOrder(orders, members);
  const rate = chances
    ? { rate: mean(chances), rateFrom: 'score' as const }
    : await countedRate(replay, audience, members, orders.recent, since, run);
  return {
    basis: { people: order.length, days, ...rate, ...money, margin: await marginOf(scope, members, run) },
    people: { ...(chances && { chances }), ...(lifts && { lifts }) },
  };

  /** Who has no value is taken as the others are on average. */
  async function valuesOf(trait: string): Promise<Float64Array> {
    const numbers = await traitNumbers(scope, trait, run);
    const own = Float64Array.from(order, (user) => numbers[user]);
    const usual = mean(own.filter((value) => !Number.isNaN(value)));
    return own.map((value) => (Number.isNaN(value) ? usual : value));
  }
}

function mean(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

interface Orders {
  users: Int32Array;
  /** Of each of them in the last year: how many, and their money. */
  count: Float64Array;
  value: Float64Array;
  /** Who ordered since the day asked for. */
  recent: Bitset;
}

async function ordersOf(scope: AudienceScope, since: string, { signal }: RunContext): Promise<Orders> {
  const scan = new EventScan(duckdb, scope.tables, scope.asOf);
  scan.takeBack();
  const year = dateOfDay(dayNumber(scope.asOf) - 365);
  const table = await scope.store.query(
    sql`SELECT user_index, count(DISTINCT order_key) FILTER (WHERE event = ${orderEvent} AND NOT taken_back)::DOUBLE AS count,
      coalesce(sum(value), 0)::DOUBLE AS value, max(day) FILTER (WHERE event = ${orderEvent} AND NOT taken_back) >= ${since}::DATE AS recent
      FROM ${scan.relation([sql`event IN (${[orderEvent, ...refundEvents]})`, sql`day >= ${year}::DATE`])} l
      GROUP BY user_index ORDER BY user_index`,
    signal,
  );
  const users = indexesOf(table, 'user_index');
  const recent = numbersOf(table, 'recent');
  return {
    users,
    count: numbersOf(table, 'count'),
    value: numbersOf(table, 'value'),
    recent: Bitset.of(
      scope.users,
      users.filter((_, row) => recent[row] === 1),
    ),
  };
}

function meanOrder({ users, count, value }: Orders, members: Bitset): Pick<OfferBasis, 'orderValue'> {
  let [orders, money] = [0, 0];
  users.forEach((user, row) => {
    if (!members.has(user)) return;
    orders += count[row];
    money += value[row];
  });
  return { orderValue: orders > 0 && money > 0 ? money / orders : null };
}

/** A rule about recent orders says much about the days before it, and nothing about those that come: so it is asked as of then. */
async function countedRate(
  replay: ReplayScope,
  { from }: PlanAudience,
  members: Bitset,
  buyers: Bitset,
  since: string,
  run: RunContext,
): Promise<Pick<OfferBasis, 'rate' | 'rateFrom' | 'counted'>> {
  const rule = ruleOfSource(from);
  const isKnown = (await timelessTraits(replay, rule)).length === 0;
  const then = isKnown ? (await replayRule(replay, rule, `${since}T00:00:00`, run)).members : members;
  const counted = { people: then.count, buyers: then.and(buyers).count };
  return {
    rate: counted.people > 0 ? counted.buyers / counted.people : null,
    rateFrom: isKnown ? 'replay' : 'recent',
    counted,
  };
}

async function marginOf(scope: AudienceScope, members: Bitset, { signal }: RunContext): Promise<number | null> {
  if (keptType(await readKeptColumns(scope), 'item.cost') !== 'number') return null;
  const sums = costedSums(duckdb, scope.tables, scope.asOf);
  const table = await scope.store.query(
    sql`SELECT user_index, revenue::DOUBLE AS revenue, cost::DOUBLE AS cost FROM ${sums} sums ORDER BY user_index`,
    signal,
  );
  const [revenue, costs] = [numbersOf(table, 'revenue'), numbersOf(table, 'cost')];
  let [sold, paid] = [0, 0];
  indexesOf(table, 'user_index').forEach((user, row) => {
    if (!members.has(user)) return;
    sold += revenue[row];
    paid += costs[row];
  });
  return sold > 0 ? Math.min(1, Math.max(0, (sold - paid) / sold)) : null;
}
