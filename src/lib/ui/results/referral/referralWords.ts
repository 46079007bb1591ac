import type { Referral } from '$lib/core/results/referral';
import type { ReferralFound } from '$lib/core/results/referralOf';
import { m } from '$lib/paraglide/messages';
import type { Format } from '$lib/state/figures';
import { sentences } from '../../joined';

/** How the programme spreads, in a sentence. */
export function spreadSentence({ k, low, high, amplification }: Referral, format: Format): string {
  const per = m.referral_spread({
    count: format.number(100 * k, 1),
    low: format.number(100 * low, 1),
    high: format.number(100 * high, 1),
  });
  const end = amplification === null ? m.referral_endless() : m.referral_ends({ total: format.number(100 * (amplification - 1), 1) });
  return sentences(per, end);
}

export function paybackSentence({ months, marginPerMonth }: NonNullable<ReferralFound['payback']>, format: Format): string {
  if (months !== null) return m.referral_payback({ months: format.number(months, 1) });
  return m.referral_payback_none({ months: format.count(marginPerMonth.length) });
}
