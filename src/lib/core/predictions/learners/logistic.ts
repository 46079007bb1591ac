import { binaryOf, type Learner } from './learner';
import { chanceOf, fitPenalised, partsOfLinear, penaltyOptions, predictLinear } from './linearModel';

/**
 * Logistic regression with an elastic-net penalty on the weights (not on the intercept), the objective of scikit-learn
 * over C: `λ ((1 − ρ)/2 |w|² + ρ |w|₁) + Σ log loss`, λ = 1/C. The answer is the one best, whatever the seed.
 */
export const logistic: Learner = {
  id: 'logistic',
  labels: ['binary'],
  givesProbabilities: true,
  inputs: 'standardised',
  computesOn: 'code',
  drivers: 'weight',
  options: [
    ...penaltyOptions,
    {
      name: 'classWeights',
      kind: 'choice',
      default: 'none',
      choices: ['none', 'balanced'],
      what: 'Balanced lets the rarer outcome count as much as the other; probabilities are then too high until they are calibrated.',
    },
  ],
  looksAtValidation: ({ choose }) => choose === 'validation',

  async fit(rows, options, seed, _tools, run, onEpoch) {
    binaryOf(rows.train.labels);
    return fitPenalised('binomial', rows, options, seed, run, onEpoch);
  },

  predict: async (state, inputs) => Float32Array.from(predictLinear(state, inputs), chanceOf),

  parts: partsOfLinear,
};
