import type { FeatureMatrix } from '../transform';
import { fitOutcome, predictOutcome } from './bases';
import { nestedState, nestStates } from './nested';
import type { UpliftLearner } from './upliftLearner';

/**
 * One model that is told who was addressed; the uplift is what it predicts of each with and without (Künzel et al., PNAS
 * 2019, §2; Lo, SIGKDD Explorations 2002 for the products). A linear model cannot let the effect differ between people
 * unless it is also given each input times the treatment.
 */
export const sLearner: UpliftLearner = {
  id: 's-learner',
  outcomes: ['binary', 'number'],
  takesBase: true,
  options: [
    {
      name: 'interactions',
      kind: 'boolean',
      default: true,
      what: 'Gives the model each input times the treatment as well, without which a linear one finds the same effect for all.',
    },
  ],

  async fit({ inputs, treated, outcome, outcomeKind }, options, stages) {
    const interactions = options.interactions === true;
    const told = withTreatment(inputs, (row) => treated[row], interactions);
    return nestStates('s-learner/1', { outcome: await fitOutcome(stages, told, outcome, outcomeKind) }, { interactions });
  },

  async predict(state, inputs, outcome, stages) {
    const { interactions } = state.meta;
    const told = (arm: 0 | 1) => withTreatment(inputs, () => arm, interactions === true);
    const treated = await predictOutcome(stages, nestedState(state, 'outcome'), told(1), outcome);
    const control = await predictOutcome(stages, nestedState(state, 'outcome'), told(0), outcome);
    return { uplift: treated.map((value, row) => value - control[row]), treated, control };
  },
};

/** The inputs, the treatment, and each input times the treatment where that is wanted and inputs are numbers. */
function withTreatment(
  { rows, columns, values, categories }: FeatureMatrix,
  treatedOf: (row: number) => number,
  interactions: boolean,
): FeatureMatrix {
  const products = interactions && !categories ? columns : 0;
  const width = columns + 1 + products;
  const told = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const own = values.subarray(row * columns, (row + 1) * columns);
    const treated = treatedOf(row);
    told.set(own, row * width);
    told[row * width + columns] = treated;
    for (let c = 0; c < products; c++) told[row * width + columns + 1 + c] = own[c] * treated;
  }
  const kinds = categories && Uint8Array.from({ length: width }, (_, c) => categories[c] ?? 0);
  return { rows, columns: width, values: told, ...(kinds && { categories: kinds }) };
}
