import { UserError } from '../base/errors';
import { normal975 } from '../math/intervals';
import { quantile } from '../math/quantile';

/** One invitation: who sent it, when, and when the invited joined. Days are whole numbers since 1970-01-01. */
export interface Invitations {
  inviter: readonly string[];
  invited: Int32Array;
  /** -1 where nobody came of it. */
  joined: Int32Array;
}

/** What those who joined brought in margin, month by month of 30 days after joining; money. */
export interface Reward {
  /** What a join costs: both sides' rewards together. */
  perJoin: number;
  marginPerMonth: Float64Array;
}

export interface Referral {
  inviters: number;
  invitations: number;
  joins: number;
  /** Invitations of an inviter, and the share of them of which somebody joined. */
  perInviter: number;
  conversion: number;
  /** Share of customers who invite at all. */
  participation: number;
  /** Customers that each customer brings: participation × invitations × conversion. */
  k: number;
  /** 95 % interval of K: customers are what is drawn, so its error is that of a mean of joins per customer. */
  low: number;
  high: number;
  /** All customers that one brings in the end, itself included: 1 / (1 − K); null where K is 1 or more and nothing stops it. */
  amplification: number | null;
  /** Median days from invitation to joining; null without joins. */
  cycleDays: number | null;
}

/**
 * How a referral programme spreads, out of its invitations.
 * @param customers all who could have invited
 * @throws UserError `referral_customers` where there are fewer customers than inviters, `referral_time` where somebody joined before being invited
 */
export function referral({ inviter, invited, joined }: Invitations, customers: number): Referral {
  const early = joined.findIndex((day, row) => day >= 0 && day < invited[row]);
  if (early >= 0) {
    throw new UserError(
      'referral_time',
      `Invitation ${early + 1}, of "${inviter[early]}", was joined before it was sent.`,
      'Check which column is the invitation and which the joining.',
      { row: early + 1, inviter: inviter[early] },
    );
  }
  const joinsOf = new Map<string, number>();
  inviter.forEach((id, row) => joinsOf.set(id, (joinsOf.get(id) ?? 0) + (joined[row] >= 0 ? 1 : 0)));
  const inviters = joinsOf.size;
  if (customers < inviters || customers < 2) {
    throw new UserError(
      'referral_customers',
      `${inviters} people invited, and there are ${customers} customers.`,
      'Give everybody who could have invited.',
      { inviters, customers },
    );
  }
  const joins = [...joinsOf.values()].reduce((sum, count) => sum + count, 0);
  const squares = [...joinsOf.values()].reduce((sum, count) => sum + count * count, 0);
  const k = joins / customers;
  const error = Math.sqrt((squares / customers - k * k) / (customers - 1));
  const waits = Array.from(joined.keys())
    .flatMap((row) => (joined[row] >= 0 ? [joined[row] - invited[row]] : []))
    .sort((a, b) => a - b);
  return {
    inviters,
    invitations: inviter.length,
    joins,
    perInviter: inviters === 0 ? 0 : inviter.length / inviters,
    conversion: inviter.length === 0 ? 0 : joins / inviter.length,
    participation: inviters / customers,
    k,
    low: Math.max(0, k - normal975 * error),
    high: k + normal975 * error,
    amplification: k < 1 ? 1 / (1 - k) : null,
    cycleDays: waits.length === 0 ? null : quantile(waits, 0.5),
  };
}

/** Months until what a joined customer has left in margin is worth the reward, the month's share counted; null where it never is. */
export function paybackMonths({ perJoin, marginPerMonth }: Reward): number | null {
  let left = perJoin;
  if (left <= 0) return 0;
  for (const [month, margin] of marginPerMonth.entries()) {
    if (margin >= left) return month + left / margin;
    left -= margin;
  }
  return null;
}
