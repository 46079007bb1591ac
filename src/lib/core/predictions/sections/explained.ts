import type { RunContext } from '../../base/run';
import { applyCalibration, type Calibration } from '../calibrate';
import { dependenceOver } from '../dependence';
import type { RawFeature } from '../features';
import type { Learner } from '../learners/learner';
import type { ModelState } from '../../recommenders/modelState';
import type { DependenceSection, ShapSection } from '../report';
import type { PredictionTools } from '../tools';
import { applyTransform, type InputColumn } from '../transform';

interface Explained {
  learner: Learner;
  fitted: ModelState;
  inputs: readonly InputColumn[];
  calibration: Calibration;
  /** Whether what it predicts are chances. */
  probabilities: boolean;
  /** Raw features of the customers it is explained by. */
  features: readonly RawFeature[];
}

const mostCustomers = 400;
const mostShapFeatures = 12;
const mostDependenceFeatures = 4;
const mostPoints = 16;
const mostCategories = 10;
const mostCurves = 30;
/** Numbers of a model's state above which fewer customers are looked at. */
const lightState = 200_000;

/** What each input adds to each of some customers' predictions; null where the learner's predictions are no sum. */
export async function shapSection({ learner, fitted, inputs, features }: Explained, run: RunContext): Promise<ShapSection | null> {
  if (!learner.parts) return null;
  const size = Object.values(fitted.arrays).reduce((sum, { data }) => sum + data.length, 0);
  const most = Math.max(40, Math.floor(mostCustomers * Math.min(1, lightState / size)));
  const sample = spread(features, most);
  const matrix = applyTransform(inputs, sample);
  const ids = [...new Set(inputs.map(({ feature }) => feature))];
  const place = inputs.map(({ feature }) => ids.indexOf(feature));
  const effects = ids.map(() => new Float64Array(matrix.rows));
  let [base, unit]: [number, ShapSection['unit']] = [0, learner.givesProbabilities ? 'log-odds' : 'value'];
  for (let row = 0; row < matrix.rows; row++) {
    const values = matrix.values.subarray(row * matrix.columns, (row + 1) * matrix.columns);
    const own = learner.parts(fitted, { ...matrix, rows: 1, values });
    base = own.base;
    unit = own.unit ?? unit;
    own.parts.forEach((part, column) => (effects[place[column]][row] += part));
    await run.breathe();
  }
  const found = ids
    .map((feature, i) => ({
      feature,
      mean: effects[i].reduce((sum, effect) => sum + Math.abs(effect), 0) / matrix.rows,
      effects: effects[i],
    }))
    .filter(({ mean }) => mean > 0)
    .sort((a, b) => b.mean - a.mean);
  return {
    kind: 'shap',
    unit,
    base,
    customers: matrix.rows,
    inputs: found.length,
    features: found.slice(0, mostShapFeatures).map(({ feature, mean, effects: own }) => {
      const ranks = ranksOf(sample.find(({ id }) => id === feature)!);
      return { feature, mean, points: Array.from(own, (effect, row) => ({ effect: round(effect), rank: ranks[row] })) };
    }),
  };
}

/** How predictions follow the features that say most, in their own units. */
export async function dependenceSection(
  { learner, fitted, inputs, calibration, probabilities, features }: Explained,
  order: readonly string[],
  tools: PredictionTools,
  run: RunContext,
): Promise<DependenceSection> {
  const sample = spread(features, mostCustomers);
  const shown: DependenceSection['features'] = [];
  for (const id of order.slice(0, mostDependenceFeatures)) {
    const feature = sample.find((each) => each.id === id)!;
    const points = pointsOf(features.find((each) => each.id === id)!);
    if (points.length < 2) continue;
    const at = (point: number) => applyTransform(inputs, [...sample.filter((each) => each.id !== id), constant(feature, points[point])]);
    const predict = async (matrix: ReturnType<typeof at>) =>
      applyCalibration(calibration, await learner.predict(fitted, matrix, tools, run));
    const { mean, curves } = await dependenceOver(points.length, at, predict);
    const every = Math.max(1, Math.ceil(curves.length / mostCurves));
    shown.push({
      feature: id,
      kind: feature.kind,
      points,
      mean: Array.from(mean, round),
      curves: curves.filter((_, row) => row % every === 0).map((curve) => Array.from(curve, round)),
    });
  }
  return { kind: 'dependence', probabilities, customers: sample[0]?.values.length ?? 0, features: shown };
}

/** Some customers, evenly spread over all. */
function spread(features: readonly RawFeature[], most: number): RawFeature[] {
  const rows = features[0]?.values.length ?? 0;
  const every = Math.max(1, Math.ceil(rows / most));
  const wanted = Array.from({ length: Math.ceil(rows / every) }, (_, i) => i * every);
  return features.map((feature): RawFeature =>
    feature.kind === 'text'
      ? { ...feature, values: wanted.map((row) => feature.values[row]) }
      : { ...feature, values: Float64Array.from(wanted, (row) => feature.values[row]) },
  );
}

/** Where a customer stands among those with a value, 0 … 1; null where there is none, and of texts. */
function ranksOf(feature: RawFeature): (number | null)[] {
  if (feature.kind === 'text') return feature.values.map(() => null);
  const { values } = feature;
  const distinct = Float64Array.from(new Set(values.filter((value) => !Number.isNaN(value)))).sort();
  const last = Math.max(1, distinct.length - 1);
  const places = new Map(Array.from(distinct, (value, i) => [value, Math.round((100 * i) / last) / 100]));
  return Array.from(values, (value) => places.get(value) ?? null);
}

/** Quantiles of numbers from the 2nd to the 98th hundredth, or the most frequent texts. */
function pointsOf(feature: RawFeature): (number | string)[] {
  if (feature.kind === 'text') {
    const counts = new Map<string, number>();
    for (const value of feature.values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
    return [...counts]
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, mostCategories)
      .map(([value]) => value);
  }
  const known = feature.values.filter((value) => !Number.isNaN(value)).sort();
  if (known.length === 0) return [];
  const at = (share: number) => known[Math.round(share * (known.length - 1))];
  return [...new Set(Array.from({ length: mostPoints }, (_, i) => at(0.02 + (0.96 * i) / (mostPoints - 1))))];
}

function constant(feature: RawFeature, value: number | string): RawFeature {
  return feature.kind === 'text'
    ? { ...feature, values: feature.values.map(() => value as string) }
    : { ...feature, values: feature.values.map(() => value as number) };
}

const round = (value: number) => Number(value.toPrecision(4));
