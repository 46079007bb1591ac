import { beforeAll, describe, expect, it } from 'vitest';
import { resolveOptions } from '$lib/core/base/options';
import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import type { Tensors } from '$lib/core/math/tensors';
import { findBase, type Stages } from '$lib/core/predictions/uplift/bases';
import { upliftLearners } from '$lib/core/predictions/uplift/catalogue';
import { doublyRobust } from '$lib/core/predictions/uplift/drLearner';
import { linearPredictor } from '$lib/core/math/linear/generalizedLinear';
import { chooseRegularization, fitRidge } from '$lib/core/math/linear/ridge';
import { splitGain } from '$lib/core/predictions/uplift/splitGain';
import type { Trial } from '$lib/core/predictions/uplift/trial';
import type { UpliftLearner } from '$lib/core/predictions/uplift/upliftLearner';
import { openNodeTensors } from '$lib/platform/node/tensors';
import { toolsOf } from '../../../support/tools';
import reference from '../../../fixtures/uplift.json';

const { learners } = reference;
const run = quietContext();
let tensors: Tensors;
beforeAll(async () => void (tensors = await openNodeTensors()));

const stagesOf = (regularization: number, seed = 1): Stages => ({
  base: findBase('linear'),
  regularization,
  seed,
  tools: toolsOf(async () => tensors),
  run,
});

async function learnt(learner: UpliftLearner, trial: Trial, given = {}, regularization = 0, seed = 1) {
  const stages = stagesOf(regularization, seed);
  const state = await learner.fit(trial, resolveOptions(learner.id, learner.options, given), stages);
  const saved = { ...structuredClone(state), meta: JSON.parse(JSON.stringify(state.meta)) as typeof state.meta };
  return { state: saved, predicted: await learner.predict(saved, trial.inputs, trial.outcomeKind, stages) };
}

/** Of the people with x₀ above zero the message wins one in three; of those with x₁ above one it loses one in five. */
function plantedTrial(rows: number, outcomeKind: Trial['outcomeKind'], share = 0.5): { trial: Trial; effect: Float64Array } {
  const random = new Random(5);
  const columns = 4;
  const values = Float32Array.from({ length: rows * columns }, () => random.normal());
  const at = (row: number, c: number) => values[row * columns + c];
  const effect = Float64Array.from({ length: rows }, (_, row) => (at(row, 0) > 0 ? 0.33 : 0) - (at(row, 1) > 1 ? 0.2 : 0));
  const treated = Uint8Array.from({ length: rows }, () => (random.uniform() < share ? 1 : 0));
  const outcome = Float64Array.from({ length: rows }, (_, row) => {
    const chance = 0.3 + 0.1 * Math.tanh(at(row, 2)) + treated[row] * effect[row];
    return random.uniform() < chance ? (outcomeKind === 'binary' ? 1 : 40 + 10 * random.normal()) : 0;
  });
  const propensity = new Float64Array(rows).fill(share);
  return { trial: { inputs: { rows, columns, values }, treated, outcome, outcomeKind, propensity }, effect };
}

for (const learner of upliftLearners) {
  describe(`learner of uplift ${learner.id}`, () => {
    const options = learner.id === 'uplift-forest' ? { trees: 20 } : {};

    it.each(learner.outcomes)('finds whom the message changes, of outcomes that are a %s', async (kind) => {
      for (const share of [0.5, 0.8]) {
        const { trial, effect } = plantedTrial(3000, kind, share);
        const { predicted } = await learnt(learner, trial, options);
        const scale = kind === 'binary' ? 1 : 40;
        const among = (is: (row: number) => boolean) => {
          const rows = [...effect.keys()].filter(is);
          return rows.reduce((sum, row) => sum + predicted.uplift[row], 0) / rows.length / scale;
        };
        expect(among((row) => effect[row] > 0.3)).toBeGreaterThan(0.15);
        expect(among((row) => effect[row] < 0)).toBeLessThan(0.08);
        // What is expected with the message less what is expected without is the uplift, but where a chance is cut off.
        predicted.uplift.forEach((value, row) => {
          if (kind === 'binary' && (predicted.treated[row] % 1 === 0 || predicted.control[row] % 1 === 0)) return;
          expect(predicted.treated[row] - predicted.control[row]).toBeCloseTo(value, 6);
        });
        expect(learner.outcomes.includes(kind)).toBe(true);
      }
    });

    it('gives the same for the same seed', async () => {
      const { trial } = plantedTrial(800, 'binary');
      const [a, b] = [await learnt(learner, trial, options), await learnt(learner, trial, options)];
      expect(b.state).toEqual(a.state);
      expect(b.predicted).toEqual(a.predicted);
    });
  });
}

describe('learners of uplift over scikit-learn', () => {
  const rows = learners.inputs.length;
  const [treated, share] = [Uint8Array.from(learners.treated), learners.treated.reduce((sum, arm) => sum + arm, 0) / rows];
  const trialOf = (outcome: number[], outcomeKind: Trial['outcomeKind']): Trial => ({
    inputs: { rows, columns: 4, values: Float32Array.from(learners.inputs.flat()) },
    treated,
    outcome: Float64Array.from(outcome),
    outcomeKind,
    propensity: new Float64Array(rows).fill(share),
  });
  const named = (id: string) => upliftLearners.find((learner) => learner.id === id)!;

  it.each([
    ['t-learner', {}],
    ['s-learner', {}],
    ['s-learner plain', { interactions: false }],
    ['x-learner', {}],
    ['class-transformation', {}],
  ])('%s is the same', async (name, options) => {
    const trial = trialOf(learners.outcome, 'binary');
    const { predicted } = await learnt(named(name.split(' ')[0]), trial, options, learners.regularization);
    const wanted = learners.uplift[name as keyof typeof learners.uplift];
    // The gradient is float32 here, and lbfgs ends where its is small.
    predicted.uplift.forEach((value, row) => expect(Math.abs(value - wanted[row])).toBeLessThan(5e-5));
  });

  it('ridge and least squares, and the stages of R- and DR-learner, are the same', async () => {
    const trial = trialOf(learners.spend, 'number');
    const { inputs } = trial;
    fitRidge(inputs, trial.outcome, 2).forEach((weight, i) => expect(weight).toBeCloseTo(learners.ridge[i], 8));
    fitRidge(inputs, trial.outcome, 0).forEach((weight, i) => expect(weight).toBeCloseTo(learners.ols[i], 8));
    const { amounts } = learners;
    const { predicted } = await learnt(named('t-learner'), trial, {}, learners.regularization);
    // Stages predict float32.
    predicted.uplift.forEach((value, row) => expect(value).toBeCloseTo(amounts['t-learner'][row], 4));
    const surprise = Float64Array.from(treated, (arm) => arm - share);
    const effects = surprise.map((part, row) => (learners.spend[row] - amounts.mean[row]) / part);
    const weights = fitRidge(
      inputs,
      effects,
      2,
      surprise.map((part) => part * part),
    );
    linearPredictor(inputs, weights).forEach((value, row) => expect(value).toBeCloseTo(amounts['r-effect'][row], 6));
    const pseudo = doublyRobust(trial, Float64Array.from(amounts.mu1), Float64Array.from(amounts.mu0));
    pseudo.forEach((value, row) => expect(value).toBeCloseTo(amounts['dr-pseudo'][row], 6));
  });
});

describe('stages', () => {
  it('take a large penalty where nothing is to be found, and a small one where there is', () => {
    const random = new Random(8);
    const inputs = { rows: 500, columns: 10, values: Float32Array.from({ length: 5000 }, () => random.normal()) };
    const noise = Float64Array.from({ length: 500 }, () => random.normal());
    const signal = noise.map((value, row) => value * 0.1 + inputs.values[row * 10]);
    expect(chooseRegularization(inputs, noise, undefined, 1)).toBeGreaterThanOrEqual(1000);
    expect(chooseRegularization(inputs, signal, undefined, 1)).toBeLessThanOrEqual(10);
  });

  it('split where the arms come further apart', () => {
    // 100 of each arm: in one half 60 % against 20 %, in the other 30 % against 30 %.
    const [helped, not] = [
      { treated: 50, control: 50, treatedOutcome: 30, controlOutcome: 10 },
      { treated: 50, control: 50, treatedOutcome: 15, controlOutcome: 15 },
    ];
    // By hand: Laplace's rates 31/52, 11/52 and 46/102, 26/102; ½·2·(20/52)² − 2·(20/102)², over ½·½ + ½·½ + ½.
    expect(splitGain('euclidean', helped, not, 'binary')).toBeCloseTo((20 / 52) ** 2 - 2 * (20 / 102) ** 2, 12);
    expect(splitGain('kl', helped, not, 'binary')).toBeGreaterThan(0);
    expect(splitGain('difference', helped, not, 'binary')).toBeCloseTo(0.25 * 0.4 ** 2, 12);
    expect(splitGain('kl', not, not, 'binary')).toBeLessThan(1e-3);
  });
});
