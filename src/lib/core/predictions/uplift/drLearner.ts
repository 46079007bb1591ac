import { fitEffect, predictEffect, predictOutcome } from './bases';
import { crossFitted, foldsOf } from './crossFit';
import { nestedState, nestStates } from './nested';
import { foldsOption } from './rLearner';
import { fitArms } from './tLearner';
import { rowsOfTrial, type Trial } from './trial';
import { aroundMean, meanOf, type UpliftLearner } from './upliftLearner';

/**
 * The doubly robust learner (Kennedy, Electronic Journal of Statistics 2023): each person's effect is first filled in from
 * cross-fitted models of both arms, corrected by what these got wrong, `μ₁ − μ₀ + (T − e)/(e(1 − e))·(Y − μ_T)`, then
 * learnt by inputs. With shares of a lot its mean is right whatever the models are.
 */
export const drLearner: UpliftLearner = {
  id: 'dr-learner',
  outcomes: ['binary', 'number'],
  takesBase: true,
  options: [foldsOption],

  async fit(trial, options, stages) {
    const folds = Number(options.folds);
    const [treated, control] = await crossFitted(foldsOf(trial, folds, stages.seed), folds, async (learnt, others) => {
      const arms = await fitArms(rowsOfTrial(trial, learnt), stages);
      const { inputs } = rowsOfTrial(trial, others);
      return [
        await predictOutcome(stages, arms.treated, inputs, trial.outcomeKind),
        await predictOutcome(stages, arms.control, inputs, trial.outcomeKind),
      ];
    });
    const effect = await fitEffect(stages, trial.inputs, doublyRobust(trial, treated, control));
    return nestStates('dr-learner/1', { effect, ...(await fitArms(trial, stages)) }, { propensity: meanOf(trial.propensity) });
  },

  async predict(state, inputs, outcome, stages) {
    const propensity = Number(state.meta.propensity);
    const uplift = await predictEffect(stages, nestedState(state, 'effect'), inputs);
    const treated = await predictOutcome(stages, nestedState(state, 'treated'), inputs, outcome);
    const control = await predictOutcome(stages, nestedState(state, 'control'), inputs, outcome);
    const mean = treated.map((value, row) => propensity * value + (1 - propensity) * control[row]);
    return aroundMean(uplift, mean, propensity, outcome);
  },
};

/** One noisy effect a row, right on average (Robins, Rotnitzky & Zhao, JASA 1994). */
export function doublyRobust({ treated, outcome, propensity }: Trial, ifTreated: Float64Array, ifControl: Float64Array): Float64Array {
  return propensity.map((chance, row) => {
    const expected = treated[row] === 1 ? ifTreated[row] : ifControl[row];
    const weight = (treated[row] - chance) / (chance * (1 - chance));
    return ifTreated[row] - ifControl[row] + weight * (outcome[row] - expected);
  });
}
