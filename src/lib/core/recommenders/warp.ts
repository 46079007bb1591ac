import { factorsRule } from './factorsByData';
import { hasItem, pairScore, pairwiseOptions, pairwiseRecommender, takeStep } from './pairwise';

/** No step weighs more, as in LightFM: a violation at the first draw in a wide catalogue would throw factors about. */
const mostWeight = 10;

/**
 * Weighted approximate-rank pairwise loss: Weston, Bengio & Usunier, IJCAI 2011 (WSABIE), drawn and weighed as LightFM
 * does (Kula 2015). For each pair that was seen, items are drawn until one comes within a margin of 1; the fewer draws
 * that took, the lower the seen item must stand, and the larger the step: ln ⌊(items − 1) / draws⌋.
 */
export const warp = pairwiseRecommender(
  'warp',
  [
    ...pairwiseOptions({ epochs: 10, regularization: 0.1, factorsRule: factorsRule(32, 1000) }),
    {
      name: 'draws',
      kind: 'number',
      integer: true,
      default: 10,
      min: 1,
      max: 1000,
      what: 'How many items are tried for one that stands too high; more find the few that are left late in training, and take longer.',
    },
  ],
  ({ draws }) =>
    (fit, pairs, user, item, step, random) => {
      const { items, rowStarts, columns } = pairs;
      const score = pairScore(fit, user, item);
      for (let drawn = 1; drawn <= Number(draws); drawn++) {
        const other = random.below(items);
        const behind = 1 - score + pairScore(fit, user, other);
        if (!(behind > 0) || hasItem(columns, rowStarts[user], rowStarts[user + 1], other)) continue;
        const weight = Math.min(mostWeight, Math.log(Math.max(1, Math.floor((items - 1) / drawn))));
        if (weight > 0) takeStep(fit, user, item, other, -weight, step);
        return weight * behind;
      }
      return 0;
    },
);
