import type { RunContext } from '../base/run';
import type { ModelState } from '../recommenders/modelState';
import type { DataScope } from '../store/dataScope';
import { applyCalibration } from './calibrate';
import type { EventScope, RawFeature } from './features';
import { predictionOfState } from './predictionState';
import { peopleOf, predictionTasks } from './tasks/catalogue';
import { todaysFeatures } from './todaysFeatures';
import type { PredictionTools } from './tools';
import { applyTransform, type FeatureMatrix, type InputColumn } from './transform';

/** What one trait of one person does to their score. */
export interface DriverPart {
  /** Id of the trait. */
  feature: string;
  kind: RawFeature['kind'];
  /** What the person has: a date as days before asOf; null where it is missing. */
  value: number | string | null;
  /** In `PersonDrivers.unit`: up where it is above zero. */
  effect: number;
}

/** Why one person has the score they have. */
export interface PersonDrivers {
  /**
   * `sum`: `base` and all parts add up to `reached`, exactly. `without`: each part is what would be missing if the
   * person were like the average customer of the training in this trait alone; such parts do not add up.
   */
  way: 'sum' | 'without';
  /** Log odds where the learner gives probabilities and does not sum up these themselves, else what it predicts. */
  unit: 'log-odds' | 'chance' | 'value';
  /** Of who is average in everything, and of this person; before calibration. */
  base: number;
  reached: number;
  /** What the person's score is now: calibrated, where that was chosen. */
  score: number;
  /** Traits with any effect, the greatest first. */
  parts: DriverPart[];
}

/**
 * Why one person has their score, from the model as it was trained and what is known of them as of the scope's instant.
 * @returns null for whoever had no event before, and so has no score
 * @throws UserError `prediction_input_missing`
 */
export async function personDrivers(
  scope: DataScope & EventScope,
  state: ModelState,
  user: number,
  tools: PredictionTools,
  run: RunContext,
): Promise<PersonDrivers | null> {
  const { task, learner, fitted, inputs, calibration, traits } = predictionOfState(state);
  const { features, userIndexes } = await todaysFeatures(scope, traits, run, {
    user,
    people: peopleOf(predictionTasks.find(({ id }) => id === task)),
  });
  if (userIndexes.length === 0) return null;
  const own = applyTransform(inputs, features);
  const [asLearnt] = await learner.predict(fitted, own, tools, run);
  const [score] = applyCalibration(calibration, Float32Array.of(asLearnt));
  const sum = learner.parts?.(fitted, own);
  const unit = sum?.unit ?? (learner.givesProbabilities ? 'log-odds' : 'value');
  const groups = columnsOf(inputs);
  const parts = (effects: readonly number[]) =>
    [...groups.keys()]
      .map((id, i): DriverPart => ({ ...valueOf(features.find((feature) => feature.id === id)!), effect: effects[i] }))
      .filter(({ effect }) => effect !== 0)
      .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect));
  if (sum) {
    const effects = [...groups.values()].map((columns) => columns.reduce((total, column) => total + sum.parts[column], 0));
    const reached = sum.base + sum.parts.reduce((total, part) => total + part, 0);
    return { way: 'sum', unit, base: sum.base, reached, score, parts: parts(effects) };
  }
  const inUnit = (predicted: number) => (unit === 'log-odds' ? logOdds(predicted) : predicted);
  const predicted = await learner.predict(fitted, withoutEach(own, [...groups.values()]), tools, run);
  const reached = inUnit(asLearnt);
  const effects = [...groups.values()].map((_, i) => reached - inUnit(predicted[i + 1]));
  return { way: 'without', unit, base: inUnit(predicted[0]), reached, score, parts: parts(effects) };
}

/** The columns of inputs that are made from one trait: a number and the flag that it is missing, the values of a text. */
function columnsOf(inputs: readonly InputColumn[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  inputs.forEach(({ feature }, column) => groups.set(feature, [...(groups.get(feature) ?? []), column]));
  return groups;
}

/**
 * First a row that is average in everything, then the person's once for each group of columns with that group average:
 * standardised inputs have the mean 0. Of raw ones nobody is average; there the trait is taken as not known.
 */
function withoutEach({ columns, values, categories }: FeatureMatrix, groups: readonly number[][]): FeatureMatrix {
  const nothing = categories ? NaN : 0;
  const rows = groups.length + 1;
  const all = new Float32Array(rows * columns).fill(nothing);
  groups.forEach((group, g) => {
    const start = (g + 1) * columns;
    all.set(values, start);
    for (const column of group) all[start + column] = nothing;
  });
  return { rows, columns, values: all, ...(categories && { categories }) };
}

function valueOf({ id, kind, values: [value] }: RawFeature): Omit<DriverPart, 'effect'> {
  return { feature: id, kind, value: typeof value === 'number' && Number.isNaN(value) ? null : value };
}

/** A chance of exactly 0 or 1, as float32 has it, is taken as a little less sure. */
function logOdds(chance: number): number {
  const bounded = Math.min(1 - 1e-7, Math.max(1e-7, chance));
  return Math.log(bounded / (1 - bounded));
}
