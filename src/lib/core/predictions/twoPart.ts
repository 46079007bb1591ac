import { ridge, type Line } from '../math/linear/ridge';
import type { Labels } from './labels';
import { calibrated } from './learners/calibrated';
import type { LabeledRows, Learner } from './learners/learner';
import type { FeatureMatrix } from './transform';

const regularization = 10;

/** The amounts of those who spend, on the logarithmic scale, and what brings a mean of logarithms back to a mean of amounts. */
interface Amounts extends Line {
  /** In place of a missing number. */
  fill: Float64Array;
  /** Mean of the residuals' exponentials (Duan, JASA 1983). */
  smear: number;
  /** Range of the amounts that it learnt from: no prediction lies outside. */
  low: number;
  high: number;
}

/**
 * Amounts that are often nothing, in two parts (Cragg, Econometrica 1971): a learner of yes or no tells whether anything is
 * spent, and a ridge regression of the logarithm how much by those who spend. Says `''`, the product; `chance`; and
 * `amount`, the second part.
 */
export function byTwoParts(simple: Learner): Learner {
  const learner = calibrated(simple);
  const { parts: _, ...rest } = learner;
  const all: NonNullable<Learner['predictAll']> = async (state, inputs, tools, run) => {
    const chance = await learner.predict(state, inputs, tools, run);
    const amount = predictAmounts(amountsOf(state.arrays, state.meta), inputs);
    return { '': chance.map((each, row) => each * amount[row]), chance, amount };
  };
  return {
    ...rest,
    labels: ['number'],
    givesProbabilities: false,
    async fit({ train, validation }, options, seed, tools, run, onEpoch) {
      const fitted = await learner.fit({ train: spends(train), validation: spends(validation) }, options, seed, tools, run, onEpoch);
      const { weights, intercept, fill, smear, low, high } = fitAmounts(train);
      const { arrays, meta } = fitted.state;
      const ofColumns = (data: Float64Array) => ({ data, shape: [data.length], axes: ['inputs'] });
      return {
        ...fitted,
        state: {
          ...fitted.state,
          arrays: { ...arrays, amountWeights: ofColumns(weights), amountFill: ofColumns(fill) },
          meta: { ...meta, amounts: { intercept, smear, low, high } },
        },
      };
    },
    predictAll: all,
    predict: async (...given) => (await all(...given))[''],
  };
}

function spends({ inputs, labels }: LabeledRows): LabeledRows {
  return { inputs, labels: { kind: 'binary', values: Uint8Array.from(valuesOf(labels), (value) => (value > 0 ? 1 : 0)) } };
}

function fitAmounts({ inputs: { columns, values }, labels }: LabeledRows): Amounts {
  const amounts = valuesOf(labels);
  const rows = Int32Array.from(amounts, (_, row) => row).filter((row) => amounts[row] > 0);
  const logs = Float64Array.from(rows, (row) => Math.log(amounts[row]));
  const fill = Float64Array.from({ length: columns }, (_, c) => {
    const known = Float64Array.from(rows, (row) => values[row * columns + c]).filter((value) => !Number.isNaN(value));
    return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
  const own = new Float64Array(rows.length * columns);
  rows.forEach((row, at) => {
    for (let c = 0; c < columns; c++) {
      const value = values[row * columns + c];
      own[at * columns + c] = Number.isNaN(value) ? fill[c] : value;
    }
  });
  const line = ridge(own, columns, logs, regularization);
  let smear = 0;
  let [low, high] = [Infinity, -Infinity];
  logs.forEach((log, at) => {
    let told = line.intercept;
    for (let c = 0; c < columns; c++) told += line.weights[c] * own[at * columns + c];
    smear += Math.exp(log - told) / logs.length;
    [low, high] = [Math.min(low, log), Math.max(high, log)];
  });
  return { ...line, fill, smear, low: Math.exp(low), high: Math.exp(high) };
}

function predictAmounts({ intercept, weights, fill, smear, low, high }: Amounts, { rows, columns, values }: FeatureMatrix): Float32Array {
  return Float32Array.from({ length: rows }, (_, row) => {
    let log = intercept;
    for (let c = 0; c < columns; c++) {
      const value = values[row * columns + c];
      log += weights[c] * (Number.isNaN(value) ? fill[c] : value);
    }
    return Math.min(high, Math.max(low, smear * Math.exp(log)));
  });
}

function amountsOf(arrays: Parameters<Learner['predict']>[0]['arrays'], meta: Parameters<Learner['predict']>[0]['meta']): Amounts {
  const { intercept, smear, low, high } = meta.amounts as unknown as Omit<Amounts, 'weights' | 'fill'>;
  return { intercept, smear, low, high, weights: arrays.amountWeights.data as Float64Array, fill: arrays.amountFill.data as Float64Array };
}

function valuesOf(labels: Labels): Float64Array {
  if (labels.kind !== 'number') throw new Error(`amounts were asked of labels of the kind "${labels.kind}"`);
  return labels.values;
}
