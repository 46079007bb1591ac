import { fitEffect, predictEffect, predictOutcome } from './bases';
import { nestedState, nestStates } from './nested';
import { fitArms } from './tLearner';
import { rowsOfArm, rowsOfTrial } from './trial';
import { aroundMean, meanOf, type UpliftLearner } from './upliftLearner';

/**
 * Models of both arms fill in what each person would have done in the other arm; the effects found so are learnt in each
 * arm and averaged, `e·τ₀ + (1 − e)·τ₁` (Künzel et al., PNAS 2019, §2). Good where one arm is much the smaller.
 */
export const xLearner: UpliftLearner = {
  id: 'x-learner',
  outcomes: ['binary', 'number'],
  takesBase: true,
  options: [],

  async fit(trial, _options, stages) {
    const arms = await fitArms(trial, stages);
    const effectIn = async (arm: 0 | 1) => {
      const { inputs, outcome } = rowsOfTrial(trial, rowsOfArm(trial, arm));
      const otherwise = await predictOutcome(stages, arm === 1 ? arms.control : arms.treated, inputs, trial.outcomeKind);
      return fitEffect(
        stages,
        inputs,
        outcome.map((value, row) => (arm === 1 ? value - otherwise[row] : otherwise[row] - value)),
      );
    };
    const parts = { ...arms, treatedEffect: await effectIn(1), controlEffect: await effectIn(0) };
    return nestStates('x-learner/1', parts, { propensity: meanOf(trial.propensity) });
  },

  async predict(state, inputs, outcome, stages) {
    const propensity = Number(state.meta.propensity);
    const [ofTreated, ofControl] = [
      await predictEffect(stages, nestedState(state, 'treatedEffect'), inputs),
      await predictEffect(stages, nestedState(state, 'controlEffect'), inputs),
    ];
    const uplift = ofControl.map((effect, row) => propensity * effect + (1 - propensity) * ofTreated[row]);
    const treated = await predictOutcome(stages, nestedState(state, 'treated'), inputs, outcome);
    const control = await predictOutcome(stages, nestedState(state, 'control'), inputs, outcome);
    const mean = treated.map((value, row) => propensity * value + (1 - propensity) * control[row]);
    return aroundMean(uplift, mean, propensity, outcome);
  },
};
