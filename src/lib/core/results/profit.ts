import { sumsOf } from '../experiments/effect';
import { meanEffect } from '../experiments/means';
import { sumAt } from './armRows';
import type { Trial } from './trial';

/** What a campaign costs, in the currency of its outcomes. */
export interface CampaignCosts {
  /** Share of revenue that is left after the cost of goods, 0 … 1. */
  margin: number;
  /** Of each person who was sent it. */
  perContact: number;
  /** Of each order of those who were addressed, such as a coupon's worth. */
  perOrder: number;
  /** Once. */
  fixed: number;
}

/** What an arm earned beyond what its people would have brought anyway, with intervals at the level asked for. */
export interface Profit {
  incrementalRevenue: Interval;
  cost: number;
  /** Margin on the incremental revenue less all costs. */
  profit: Interval;
  /** The same for each person of the arm, without the fixed cost: what one more contact is worth. */
  perPerson: Interval;
  people: number;
}

export interface Interval {
  value: number;
  low: number;
  high: number;
}

/**
 * Each person's margin less what they cost, compared between arms like any other amount: costs that only the addressed
 * cause are part of the difference, so that one interval holds for the profit.
 */
export function profitOf(
  { people, revenue, orders }: Trial,
  control: Int32Array,
  treated: Int32Array,
  costs: CampaignCosts,
  level: number,
): Profit {
  const { margin, perContact, perOrder, fixed } = costs;
  const costOf = (row: number) => (people.sent && people.sent[row] === 0 ? 0 : perContact) + perOrder * (orders?.[row] ?? 0);
  const valuesOf = (rows: Int32Array, of: (row: number) => number) => sumsOf(Float64Array.from(rows, of));
  const money = meanEffect(
    valuesOf(control, (row) => revenue![row]),
    valuesOf(treated, (row) => revenue![row]),
    level,
  );
  const each = meanEffect(
    valuesOf(control, (row) => margin * revenue![row]),
    valuesOf(treated, (row) => margin * revenue![row] - costOf(row)),
    level,
  );
  const n = treated.length;
  const times = ({ difference, low, high }: typeof money, less = 0): Interval => ({
    value: difference * n - less,
    low: low * n - less,
    high: high * n - less,
  });
  const contacts = people.sent ? sumAt(people.sent, treated) : n;
  return {
    incrementalRevenue: times(money),
    cost: contacts * perContact + perOrder * (orders ? sumAt(orders, treated) : 0) + fixed,
    profit: times(each, fixed),
    perPerson: { value: each.difference, low: each.low, high: each.high },
    people: n,
  };
}
