import { afterAll, expect, it } from 'vitest';
import type { OptionValues } from '$lib/core/base/options';
import { recommenders } from '$lib/core/recommenders/catalogue';
import type { Compute } from '$lib/core/recommenders/recommender';
import { openNodeKernels } from '$lib/platform/node/kernels';
import { openNodeTensors } from '$lib/platform/node/tensors';
import { everyRecommenderMust } from './everyRecommender';
import { everyRecommenderWithstands } from './everyRecommenderWithstands';

const kernels = openNodeKernels({ threads: 2 });
let tensors: ReturnType<typeof openNodeTensors> | undefined;
afterAll(async () => (await kernels).close());
const compute = async (): Promise<Compute> => ({ kernels: await kernels, tensors: () => (tensors ??= openNodeTensors()) });

/** Options that learn the suite's tiny tables well and quickly; the defaults are for real ones. */
const tiny: Record<string, OptionValues> = {
  ials: { factors: 2, epochs: 12, regularization: 0.001, unobservedWeight: 0.5 },
  ease: { regularization: 5, popularityShare: 0 },
  'association-rules': { popularityShare: 0 },
  'item-knn': { shrinkage: 0, popularityShare: 0 },
  'user-knn': { popularityShare: 0 },
  rp3beta: { popularityShare: 0 },
  gru4rec: { factors: 12, epochs: 50, dropout: 0, learningRate: 0.02, batchSize: 24 },
  sasrec: { factors: 8, epochs: 60, dropout: 0, learningRate: 0.01, blocks: 1, batchSize: 24 },
  markov: { popularityShare: 0, shrinkage: 0 },
  'mult-vae': { factors: 8, hidden: 16, epochs: 60, klWeight: 0.01 },
  'buy-again': { nearestUsers: 8 },
  puresvd: { factors: 2, popularityShare: 0 },
  'gf-cf': { factors: 2, popularityShare: 0 },
  bspm: { factors: 2, sharpening: 0.3, popularityShare: 0 },
  bpr: { factors: 4, epochs: 60 },
  warp: { factors: 4, epochs: 60 },
  simplex: { factors: 8, epochs: 60, popularityShare: 0 },
  slim: { regularization: 1, sparsity: 0.1, epochs: 40, popularityShare: 0 },
  'mult-dae': { factors: 8, epochs: 60, regularization: 0, popularityShare: 0 },
};

for (const recommender of recommenders) {
  everyRecommenderMust(recommender, compute, { options: tiny[recommender.id] });
  everyRecommenderWithstands(recommender, compute, { options: tiny[recommender.id] });
}

it('every model that can be too large names a lighter one that exists', () => {
  const ids = recommenders.map(({ id }) => id);
  for (const { lighter } of recommenders) if (lighter) expect(ids).toContain(lighter);
});
