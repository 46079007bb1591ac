import type { MetricEffect, Verdict } from './campaignResult';

/** Shares and counts of people are said per hundred of them, money per person. */
export function peoplePer({ isMoney, kind }: Pick<MetricEffect, 'isMoney' | 'kind'>): number {
  return isMoney || kind === 'ratio' ? 1 : 100;
}

/** What one arm's main metric says in one sentence; `words` are the screens' and the command line's. */
export function verdictOf(
  arm: string,
  { id, kind, isMoney, effect, detectable }: MetricEffect,
  unreliable: boolean,
  level: number,
): Verdict {
  const per = peoplePer({ isMoney, kind });
  // By the interval that stands beside the words, so that the two never say different things.
  const isSeen = effect.low > 0 || effect.high < 0;
  return {
    code: unreliable ? 'unreliable' : !isSeen ? 'unseen' : effect.difference > 0 ? 'more' : 'fewer',
    arm,
    metric: id,
    kind,
    isMoney,
    per,
    difference: effect.difference * per,
    low: effect.low * per,
    high: effect.high * per,
    detectable: detectable === null ? null : detectable * per,
    level,
  };
}
