import type { OptionSpec } from '../../base/options';
import { fitEffect, fitOutcome, predictEffect, predictOutcome } from './bases';
import { crossFitted, foldsOf } from './crossFit';
import { nestedState, nestStates } from './nested';
import { rowsOfTrial } from './trial';
import { aroundMean, meanOf, type UpliftLearner } from './upliftLearner';

export const foldsOption: OptionSpec = {
  name: 'folds',
  kind: 'number',
  integer: true,
  default: 5,
  min: 2,
  max: 20,
  what: 'How many parts the people are dealt into, each predicted by models of the others; more take longer and waste less.',
};

/**
 * What is left of outcome and treatment after what was expected of them, `Y − m(x)` and `T − e`, is laid against each
 * other: the effect is what fits `(Y − m) = (T − e)·τ(x)` best (Nie & Wager, Biometrika 2021). m is cross-fitted.
 */
export const rLearner: UpliftLearner = {
  id: 'r-learner',
  outcomes: ['binary', 'number'],
  takesBase: true,
  options: [foldsOption],

  async fit(trial, options, stages) {
    const { inputs, treated, outcome, outcomeKind, propensity } = trial;
    const folds = Number(options.folds);
    const [mean] = await crossFitted(foldsOf(trial, folds, stages.seed), folds, async (learnt, others) => {
      const part = rowsOfTrial(trial, learnt);
      const state = await fitOutcome(stages, part.inputs, part.outcome, outcomeKind);
      return [await predictOutcome(stages, state, rowsOfTrial(trial, others).inputs, outcomeKind)];
    });
    const surprise = propensity.map((chance, row) => treated[row] - chance);
    const effects = surprise.map((part, row) => (outcome[row] - mean[row]) / part);
    const effect = await fitEffect(
      stages,
      inputs,
      effects,
      surprise.map((part) => part * part),
    );
    const parts = { effect, outcome: await fitOutcome(stages, inputs, outcome, outcomeKind) };
    return nestStates('r-learner/1', parts, { propensity: meanOf(propensity) });
  },

  async predict(state, inputs, outcome, stages) {
    const uplift = await predictEffect(stages, nestedState(state, 'effect'), inputs);
    const mean = await predictOutcome(stages, nestedState(state, 'outcome'), inputs, outcome);
    return aroundMean(uplift, mean, Number(state.meta.propensity), outcome);
  },
};
