import type { DataScope } from '../store/dataScope';
import { identifier, join, sql, type Sql } from '../store/sql';
import { orderKey } from '../profiles/orderKey';
import { profileRelation, type ProfileScope } from '../profiles/profileRelation';
import type { TraitKind } from '../profiles/traits';
import { comparisonsOf, type ComparisonOperator } from './comparison';
import type { EventFilterProperty, EventRule, TraitRule } from './rule';
import { windowOf } from './window';

/** A query whose `user_index` column holds a leaf's members, or those who are *not* in it. */
export interface LeafQuery {
  sql: Sql;
  complement: boolean;
}

/**
 * The members of a condition on a trait. `is`, `isNot` and `oneOf` compare text exactly as written; `contains` and
 * `startsWith` ignore case. `isNot` holds for everyone for whom `is` does not, also those without a value. N percent
 * of those with a value are rounded up to whole customers; of equal values, the lower user index comes first.
 */
export function traitQuery(rule: TraitRule, kind: TraitKind, scope: Pick<ProfileScope, 'profiles' | 'scores'>): LeafQuery {
  const { operator, operand } = comparisonsOf(rule)[0];
  const score = scope.scores.get(rule.trait);
  // Only the one output is joined, not those of all models.
  const from = score ? profileRelation({ profiles: scope.profiles, scores: new Map([[rule.trait, score]]) }) : identifier(scope.profiles);
  const value = comparable(identifier(rule.trait), kind);
  if (operator === 'topPercent' || operator === 'bottomPercent') {
    const direction = operator === 'topPercent' ? sql`DESC` : sql`ASC`;
    // The small difference undoes the rounding of, say, 33.3 × 1000 / 100 = 333.00000000000006.
    const count = sql`ceil(${Number(operand)}::DOUBLE * count(*) / 100 - 1e-9)::BIGINT`;
    return {
      complement: false,
      sql: sql`WITH having_one AS (SELECT user_index, ${value} AS v FROM ${from} WHERE ${value} IS NOT NULL)
        SELECT user_index FROM having_one ORDER BY v ${direction}, user_index LIMIT (SELECT ${count} FROM having_one)`,
    };
  }
  return { complement: operator === 'isNot', sql: sql`SELECT user_index FROM ${from} WHERE ${compare(operator, value, operand, kind)}` };
}

/**
 * The members of "did X at least N times". Orders, refunds and cancellations are counted by order, not by line, as
 * the trait `orders` counts them; other events one by one.
 */
export function eventQuery(rule: EventRule, { tables, asOf }: Pick<DataScope, 'tables' | 'asOf'>): LeafQuery {
  const { from, to } = windowOf(rule, asOf);
  const { atLeast } = timesRange(rule);
  const conditions = [
    sql`event = ${rule.event}`,
    sql`local_ts < ${to}::TIMESTAMP`,
    ...(from === null ? [] : [sql`local_ts >= ${from}::TIMESTAMP`]),
    ...(rule.where ?? []).map(({ property, oneOf }) => propertyFilter(property, oneOf, identifier(tables.items))),
  ];
  const times = countsOrders(rule.event) ? sql`count(DISTINCT ${orderKey})` : sql`count(*)`;
  // Those who never did it are in no row of events, so a lower bound of 0 is asked the other way round.
  const complement = atLeast === 0;
  const having = complement
    ? rule.atMost === undefined
      ? sql`FALSE`
      : sql`${times} > ${rule.atMost}`
    : rule.atMost === undefined
      ? sql`${times} >= ${atLeast}`
      : sql`${times} BETWEEN ${atLeast} AND ${rule.atMost}`;
  const onceIsEnough = rule.atMost === undefined && atLeast === 1;
  return {
    complement,
    sql: sql`SELECT user_index FROM ${identifier(tables.events)} WHERE ${join(conditions, ' AND ')} GROUP BY user_index ${
      onceIsEnough ? sql`` : sql`HAVING ${having}`
    }`,
  };
}

/** How often an event condition asks for: at least once where it says nothing, from never on where it only says at most. */
export function timesRange({ atLeast, atMost }: EventRule): { atLeast: number; atMost: number } {
  return { atLeast: atLeast ?? (atMost === undefined ? 1 : 0), atMost: atMost ?? Infinity };
}

/** Whether an event is counted by order and not by line. */
export function countsOrders(event: string): boolean {
  return ['order_completed', 'order_refunded', 'order_cancelled'].includes(event);
}

function comparable(column: Sql, kind: TraitKind): Sql {
  if (kind === 'boolean') return column;
  if (kind === 'date') return sql`strftime(${column}, '%Y-%m-%d')`;
  return kind === 'text' ? sql`${column}::VARCHAR` : sql`${column}::DOUBLE`;
}

function compare(operator: ComparisonOperator, value: Sql, operand: unknown, kind: TraitKind): Sql {
  const literal = (given: unknown) => (kind === 'text' || kind === 'date' ? String(given) : (given as number | boolean));
  switch (operator) {
    case 'is':
    case 'isNot':
      return sql`${value} = ${literal(operand)}`;
    case 'oneOf':
      return sql`${value} IN (${(operand as unknown[]).map(literal)})`;
    case 'contains':
      return sql`contains(lower(${value}), lower(${String(operand)}))`;
    case 'startsWith':
      return sql`starts_with(lower(${value}), lower(${String(operand)}))`;
    case 'atLeast':
      return sql`${value} >= ${Number(operand)}`;
    case 'atMost':
      return sql`${value} <= ${Number(operand)}`;
    case 'moreThan':
      return sql`${value} > ${Number(operand)}`;
    case 'lessThan':
      return sql`${value} < ${Number(operand)}`;
    case 'between': {
      const [low, high] = operand as [number, number];
      return sql`${value} BETWEEN ${low} AND ${high}`;
    }
    case 'exists':
      return operand ? sql`${value} IS NOT NULL` : sql`${value} IS NULL`;
    default:
      throw new Error(`no SQL for the comparison ${operator}`);
  }
}

/** A category holds its subcategories: `Tea` is also `Tea / Green`. Other properties are compared as written. */
function propertyFilter(property: EventFilterProperty, oneOf: readonly string[], items: Sql): Sql {
  switch (property) {
    case 'item':
      return itemsWhere(items, sql`item_id IN (${oneOf})`);
    case 'brand':
      return itemsWhere(items, sql`brand IN (${oneOf})`);
    case 'category':
      return itemsWhere(
        items,
        join(
          oneOf.map((path) => sql`(category = ${path} OR starts_with(category, ${`${path} / `}))`),
          ' OR ',
        ),
      );
    default:
      return sql`${identifier(property)} IN (${oneOf})`;
  }
}

function itemsWhere(items: Sql, condition: Sql): Sql {
  return sql`item_index IN (SELECT item_index FROM ${items} WHERE ${condition})`;
}
