import { drawUnseen, pairScore, pairwiseOptions, pairwiseRecommender, takeStep } from './pairwise';

/**
 * Bayesian personalised ranking: Rendle, Freudenthaler, Gantner & Schmidt-Thieme, UAI 2009. For each pair that was seen,
 * one item that was not: the loss is −ln σ(score of the one − score of the other).
 */
export const bpr = pairwiseRecommender(
  'bpr',
  [
    ...pairwiseOptions({ epochs: 60, regularization: 0.02 }),
    {
      name: 'comparedItems',
      kind: 'choice',
      default: 'any',
      choices: ['any', 'popular'],
      tuned: true,
      what: 'Any item alike, as in the paper; or popular ones more often, which makes lists less popular.',
    },
  ],
  ({ comparedItems }) =>
    (fit, pairs, user, item, step, random) => {
      const other = drawUnseen(pairs, user, comparedItems === 'popular', random);
      if (other < 0) return 0;
      const lead = pairScore(fit, user, item) - pairScore(fit, user, other);
      takeStep(fit, user, item, other, -1 / (1 + Math.exp(lead)), step);
      // −ln σ(x) without overflow.
      return lead > 0 ? Math.log1p(Math.exp(-lead)) : Math.log1p(Math.exp(lead)) - lead;
    },
);
