import { fitOutcome, predictOutcome } from './bases';
import { nestedState, nestStates } from './nested';
import { aroundMean, meanOf, type UpliftLearner } from './upliftLearner';

/**
 * One model of Z = "addressed and did, or held out and did not" (Jaśkowski & Jaroszewicz, ICML 2012 workshop): with halves
 * that are equal the uplift is 2·P(Z) − 1. With a share e, `P(Z) = e·μ₁ + (1 − e)(1 − μ₀)` and the chance of the outcome
 * itself, `m = e·μ₁ + (1 − e)·μ₀`, give both: `μ₁ = (P(Z) + m − (1 − e)) / 2e`, `μ₀ = (1 − (P(Z) − m)/(1 − e)) / 2`.
 */
export const classTransformation: UpliftLearner = {
  id: 'class-transformation',
  outcomes: ['binary'],
  takesBase: true,
  options: [],

  async fit({ inputs, treated, outcome, propensity }, _options, stages) {
    const agrees = outcome.map((did, row) => (did === treated[row] ? 1 : 0));
    const parts = {
      agreement: await fitOutcome(stages, inputs, agrees, 'binary'),
      outcome: await fitOutcome(stages, inputs, outcome, 'binary'),
    };
    return nestStates('class-transformation/1', parts, { propensity: meanOf(propensity) });
  },

  async predict(state, inputs, outcome, stages) {
    const propensity = Number(state.meta.propensity);
    const agreement = await predictOutcome(stages, nestedState(state, 'agreement'), inputs, 'binary');
    const mean = await predictOutcome(stages, nestedState(state, 'outcome'), inputs, 'binary');
    const uplift = agreement.map((z, row) => {
      const ifTreated = (z + mean[row] - (1 - propensity)) / (2 * propensity);
      return ifTreated - (1 - (z - mean[row]) / (1 - propensity)) / 2;
    });
    return aroundMean(uplift, mean, propensity, outcome);
  },
};
