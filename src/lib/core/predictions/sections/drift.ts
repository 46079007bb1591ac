import type { RunContext } from '../../base/run';
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
export async function driftReference(
  tables: readonly FeatureTable[],
  inputs: readonly InputColumn[],
  predicted: Float32Array,
  run: Pick<RunContext, 'breathe'>,
): Promise<DriftReference> {
  const used = new Set(inputs.map(({ feature }) => feature));
  const features: Spread[] = [];
  for (const [f, { id }] of tables[0].features.entries()) {
    if (!used.has(id)) continue;
    await run.breathe();
    const same = tables.map((table) => table.features[f]);
    features.push(spreadOf(id, same));
  }
  const score = spreadOf('', [{ kind: 'number', values: Float64Array.from(predicted) }]);
  return { rows: predicted.length, features, score };
}

/** @param predicted of the table's rows, as used */
export async function driftSection(
  reference: DriftReference,
  today: FeatureTable,
  predicted: ArrayLike<number>,
  run: Pick<RunContext, 'breathe'>,
): Promise<DriftSection> {
  const medianOf = (spread: Spread) => (spread.kind === 'number' && spread.missing < 1 ? spread.median : null);
  const features: DriftSection['features'] = [];
  for (const then of reference.features) {
    const feature = today.features.find(({ id }) => id === then.id);
    if (!feature || feature.values.length === 0) continue;
    await run.breathe();
    const [psi, now] = [stabilityIndex(then, feature.values), medianOf(spreadOf(then.id, [feature]))];
    features.push({ feature: then.id, kind: feature.kind, psi, then: medianOf(then), now });
  }
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
