import type { OfferBasis } from '$lib/core/results/offerBasis';
import type { PlannedOffer } from '$lib/core/results/offerOf';
import type { OfferDepth, OfferPlan } from '$lib/core/results/offerPlan';
import { m } from '$lib/paraglide/messages';
import type { Format } from '$lib/state/figures';

/** What nobody has said and the data does not know. */
export function missingName(name: PlannedOffer['missing'][number]): string {
  return {
    people: m.offer_people,
    rate: m.offer_rate,
    orderValue: m.offer_order_value,
    margin: m.results_margin,
  }[name]();
}

/** What it costs and from when on it pays. */
export function breakEvenSentence({ plan }: PlannedOffer, format: Format): string {
  const { result, lift } = plan!;
  if (result.lift === null) return m.offer_never({ left: format.money(result.perBuyer) });
  const values = {
    buyers: format.count(Math.ceil(result.buyers!)),
    per: format.number(100 * result.lift, 2),
    low: format.number(100 * (lift.low ?? 0), 2),
  };
  return lift.high === null ? m.offer_pays_from_open(values) : m.offer_pays_from({ ...values, high: format.number(100 * lift.high, 2) });
}

export function profitSentence({ result, profit }: OfferPlan, format: Format): string {
  const words = result.profit!.value >= 0 ? m.offer_profit : m.offer_loss;
  return words({
    value: format.money(Math.abs(result.profit!.value)),
    low: format.money(profit!.low),
    high: format.money(profit!.high),
    chance: format.percent(result.chance, 0),
  });
}

/** How deep into the audience it pays. */
export function stopSentence({ best }: OfferDepth, people: number, format: Format): string {
  if (!best) return m.offer_stop_nobody();
  const values = { profit: format.money(best.profit), low: format.money(best.low), high: format.money(best.high) };
  if (best.people >= people) return m.offer_stop_all(values);
  return m.offer_stop_after({ ...values, people: format.count(best.people), share: format.percent(best.people / people, 0) });
}

/** Where the numbers come from. */
export function basisSentence({ rateFrom, counted, days }: OfferBasis, { rate }: PlannedOffer['asked'], format: Format): string {
  const values = { rate: format.percent(rate), days: format.days(days, 0) };
  if (rateFrom === 'score') return m.offer_rate_score(values);
  const people = { ...values, people: format.count(counted?.people ?? 0), buyers: format.count(counted?.buyers ?? 0) };
  return rateFrom === 'replay' ? m.offer_rate_replay(people) : m.offer_rate_recent(people);
}
