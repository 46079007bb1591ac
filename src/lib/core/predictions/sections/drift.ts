import { psiLimits, spreadOf, stabilityIndex, type Spread } from '../drift';
import type { FeatureTable } from '../features';
import type { DriftSection } from '../report';
import type { InputColumn } from '../transform';

const mostFeatures = 25;

/** What today is compared with: of the rows that a model learnt from, the spread of its traits and of its own predictions. */
export interface DriftReference {
  rows: number;
  features: Spread[];
  score: Spread;
}

/** @param predicted of the training's rows */
export function driftReference(tables: readonly FeatureTable[], inputs: readonly InputColumn[], predicted: Float32Array): DriftReference {
  const used = new Set(inputs.map(({ feature }) => feature));
  const features = tables[0].features.flatMap(({ id }, f) =>
    used.has(id)
      ? [
          spreadOf(
            id,
            tables.map((table) => table.features[f]),
          ),
        ]
      : [],
  );
  const score = spreadOf('', [{ kind: 'number', values: Float64Array.from(predicted) }]);
  return { rows: predicted.length, features, score };
}

/** @param predicted of the table's rows, as used */
export function driftSection(reference: DriftReference, today: FeatureTable, predicted: ArrayLike<number>): DriftSection {
  const features = reference.features.flatMap((then) => {
    const feature = today.features.find(({ id }) => id === then.id);
    if (!feature || feature.values.length === 0) return [];
    const now = spreadOf(then.id, [feature]);
    const medianOf = (spread: Spread) => (spread.kind === 'number' && spread.missing < 1 ? spread.median : null);
    return [{ feature: then.id, kind: feature.kind, psi: stabilityIndex(then, feature.values), then: medianOf(then), now: medianOf(now) }];
  });
  features.sort((a, b) => b.psi - a.psi || (a.feature < b.feature ? -1 : 1));
  return {
    kind: 'drift',
    rows: { training: reference.rows, today: predicted.length },
    score: predicted.length === 0 ? 0 : stabilityIndex(reference.score, predicted),
    features: features.slice(0, mostFeatures),
    of: features.length,
    shifted: features.filter(({ psi }) => psi >= psiLimits.shifted).length,
  };
}
