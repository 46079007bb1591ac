import { numbersOf, type Learner } from './learner';
import { fitPenalised, partsOfLinear, penaltyOptions, predictLinear } from './linearModel';

/**
 * Linear regression with an elastic-net penalty: `λ ((1 − ρ)/2 |w|² + ρ |w|₁) + ½ Σ (y − x·w − b)²`. λ is `alpha` of
 * scikit-learn's Ridge, and rows times `alpha` of its Lasso and ElasticNet.
 */
export const linear: Learner = {
  id: 'linear',
  labels: ['number'],
  givesProbabilities: false,
  inputs: 'standardised',
  computesOn: 'code',
  drivers: 'weight',
  options: penaltyOptions,
  looksAtValidation: ({ choose }) => choose === 'validation',

  async fit(rows, options, seed, _tools, run, onEpoch) {
    numbersOf(rows.train.labels);
    return fitPenalised('gaussian', rows, options, seed, run, onEpoch);
  },

  predict: async (state, inputs) => Float32Array.from(predictLinear(state, inputs)),

  parts: partsOfLinear,
};
