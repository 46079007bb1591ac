import type { OfferSaid } from '$lib/core/results/offerOf';

/** What a person has said about an offer so far; shares 0 … 1, null where the data says it. It goes with the tab. */
class OfferDraft {
  kind = $state<'coupon' | 'points'>('coupon');
  coupon = $state(20);
  points = $state(1000);
  pointValue = $state(0.01);
  redemption = $state.raw({ low: 0.3, value: 0.5, high: 0.7 });
  perContact = $state(0.05);
  fixed = $state(0);
  days = $state(30);
  rate = $state<number | null>(null);
  orderValue = $state<number | null>(null);
  margin = $state<number | null>(null);
  /** Traits of models; empty for none. */
  score = $state('');
  uplift = $state('');
  /** `none`, `own`, or the id of a kept effect behind `effect:`. */
  expects = $state<string>('none');
  lift = $state.raw({ low: 0, value: 0.01, high: 0.02 });

  get said(): OfferSaid {
    const { kind, coupon, points, pointValue, redemption, perContact, fixed, days, score, uplift, expects } = this;
    const { rate, orderValue, margin } = this;
    return {
      days,
      ...(score !== '' && { score }),
      ...(uplift !== '' && { uplift }),
      worth: kind === 'coupon' ? { coupon } : { points, pointValue },
      redemption: { ...redemption },
      perContact,
      fixed,
      ...(rate !== null && { rate }),
      ...(orderValue !== null && { orderValue }),
      ...(margin !== null && { margin }),
      ...(expects === 'own' && { expected: { lift: { ...this.lift } } }),
      ...(expects.startsWith('effect:') && { expected: { effect: expects.slice('effect:'.length) } }),
    };
  }
}

export const offerDraft = new OfferDraft();
