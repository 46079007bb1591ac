import type { MetricEffect, Verdict } from './campaignResult';

/** Shares and counts of people are said per hundred of them, money per person. */
export function peoplePer({ isMoney, kind }: Pick<MetricEffect, 'isMoney' | 'kind'>): number {
  return isMoney || kind === 'ratio' ? 1 : 100;
}

/** What one arm's main metric says in one sentence; `words` are the screens' and the command line's. */
export function verdictOf(
  arm: string,
  { id, kind, isMoney, effect, detectable, adjustedP }: MetricEffect,
  unreliable: boolean,
  level: number,
): Verdict {
  const per = peoplePer({ isMoney, kind });
  const isSeen = adjustedP < 1 - level;
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
