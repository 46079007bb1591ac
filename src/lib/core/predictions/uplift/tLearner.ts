import { fitOutcome, predictOutcome, type Stages } from './bases';
import { nestedState, nestStates } from './nested';
import { rowsOfArm, rowsOfTrial, type Trial } from './trial';
import type { UpliftLearner } from './upliftLearner';

/** Two models, one of each arm; the uplift is their difference (Künzel, Sekhon, Bickel & Yu, PNAS 2019, §2). */
export const tLearner: UpliftLearner = {
  id: 't-learner',
  outcomes: ['binary', 'number'],
  takesBase: true,
  options: [],

  async fit(trial, _options, stages) {
    return nestStates('t-learner/1', await fitArms(trial, stages));
  },

  async predict(state, inputs, outcome, stages) {
    const treated = await predictOutcome(stages, nestedState(state, 'treated'), inputs, outcome);
    const control = await predictOutcome(stages, nestedState(state, 'control'), inputs, outcome);
    return { uplift: treated.map((value, row) => value - control[row]), treated, control };
  },
};

/** The outcome by inputs, learnt of each arm alone: μ₁ and μ₀. */
export async function fitArms(trial: Trial, stages: Stages) {
  const ofArm = async (arm: 0 | 1) => {
    const { inputs, outcome } = rowsOfTrial(trial, rowsOfArm(trial, arm));
    return fitOutcome(stages, inputs, outcome, trial.outcomeKind);
  };
  return { treated: await ofArm(1), control: await ofArm(0) };
}
