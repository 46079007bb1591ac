import { linearPredictor } from '../../math/linear/generalizedLinear';
import { fitRidge } from '../../math/linear/ridge';
import type { Learner } from '../learners/learner';

/** Ridge regression as a stage of uplift: what it says of effects is kept in float64. */
export const ridge: Learner = {
  id: 'ridge',
  labels: ['number'],
  givesProbabilities: false,
  inputs: 'standardised',
  computesOn: 'kernels',
  drivers: 'weight',
  options: [
    {
      name: 'regularization',
      kind: 'number',
      default: 1,
      min: 1e-6,
      max: 1e9,
      scale: 'log',
      what: 'Raising it keeps weights small, so that rare signs are trusted less.',
    },
  ],

  async fit({ train: { inputs, labels } }, options) {
    if (labels.kind !== 'number') throw new Error(`ridge was given labels of the kind "${labels.kind}"`);
    const weights = fitRidge(inputs, labels.values, Number(options.regularization));
    return { state: ridgeState(weights), drivers: weights.slice(0, -1), losses: [] };
  },

  predict: async ({ arrays }, inputs) => Float32Array.from(linearPredictor(inputs, arrays.weights.data as Float64Array)),

  parts({ arrays }, { columns, values }) {
    const weights = arrays.weights.data as Float64Array;
    return { base: weights[columns], parts: Float64Array.from({ length: columns }, (_, c) => weights[c] * values[c]) };
  },
};

export function ridgeState(weights: Float64Array) {
  return { format: 'ridge/1', arrays: { weights: { data: weights, shape: [weights.length], axes: ['inputs and intercept'] } }, meta: {} };
}
