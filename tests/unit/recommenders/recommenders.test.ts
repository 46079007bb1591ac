import { afterAll } from 'vitest';
import { ials } from '$lib/core/recommenders/ials';
import { popularity } from '$lib/core/recommenders/popularity';
import type { Compute } from '$lib/core/recommenders/recommender';
import { openNodeKernels } from '$lib/platform/node/kernels';
import { everyRecommenderMust } from './everyRecommender';

const kernels = openNodeKernels({ threads: 2 });
afterAll(async () => (await kernels).close());
const compute = async (): Promise<Compute> => ({ kernels: await kernels, tensors: () => Promise.reject(new Error('not needed')) });

everyRecommenderMust(popularity, compute, { personal: false });
everyRecommenderMust(ials, compute, { personal: true, options: { factors: 2, epochs: 12, regularization: 0.001, unobservedWeight: 0.5 } });
