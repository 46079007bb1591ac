import type { RecommenderSpec } from '../../src/lib/core/plan/schema';

/** The models that are shipped for the sample shop: each small enough to read (below 300 kB). */
export const sampleModels: readonly RecommenderSpec[] = [
  { id: 'sample-popularity', kind: 'recommender', algorithm: 'popularity', options: {} },
  { id: 'sample-item-knn', kind: 'recommender', algorithm: 'item-knn', options: { neighbours: 15, asymmetry: 0.5, popularityShare: 0 } },
  { id: 'sample-ials', kind: 'recommender', algorithm: 'ials', options: { factors: 24, regularization: 0.02, unobservedWeight: 0.096 } },
];
