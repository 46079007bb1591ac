/** Our half of benchmarks/peers.mjs, the same in Node and in a worker of the browser. */
import { Random } from '../src/lib/core/base/random';
import { resolveOptions } from '../src/lib/core/base/options';
import { createRunContext, quietContext } from '../src/lib/core/base/run';
import type { AlsOptions, Kernels } from '../src/lib/core/math/kernels';
import { matrixFromPairs, type InteractionMatrix } from '../src/lib/core/math/sparseRows';
import type { Tensors } from '../src/lib/core/math/tensors';
import { findRecommender } from '../src/lib/core/recommenders/catalogue';
import { wideCatalogue } from '../tests/support/wideCatalogue';

export interface Means {
  kernels: Kernels;
  /** Opens tfjs. */
  tensors(): Promise<Tensors>;
}

interface Size {
  users: number;
  items: number;
  pairs: number;
  tastes?: number;
}

export type Job = Size &
  (
    | { job: 'als'; solver: AlsOptions['solver']; factors: number; rounds: number }
    | { job: 'topk'; factors: number; k: number; rounds: number }
    | { job: 'ease'; regularization: number; rounds: number }
    | { job: 'epochs'; model: string; options: Record<string, number>; rounds: number }
  );

/** Popular items more often; the same on every side. With `tastes` as people choose, and without those that are held out there. */
export function pairsOf({ users, items, pairs, tastes }: Size): InteractionMatrix {
  if (tastes) {
    const { train } = wideCatalogue({ users, items, pairs, tastes, seed: 1 });
    return { ...train, values: train.values.fill(1) };
  }
  const random = new Random(1);
  const userOfPair = Int32Array.from({ length: pairs }, () => random.below(users));
  const itemOfPair = Int32Array.from({ length: pairs }, () => Math.floor(items * random.uniform() ** 2));
  const matrix = matrixFromPairs(users, items, userOfPair, itemOfPair);
  return { ...matrix, values: matrix.values.fill(1) };
}

/** The factors of PureSVD: those of users are as long as what they explain. */
export async function svdFactors(matrix: InteractionMatrix, factors: number, kernels: Kernels) {
  const { values, userVectors, itemVectors } = await kernels.svd(matrix, { factors, tolerance: 1e-3 }, 1, quietContext());
  return { userFactors: userVectors.map((value, at) => value * values[at % factors]), itemFactors: itemVectors };
}

/** Seconds of each round, the first left out where it compiles. */
export async function measure(job: Job, means: Means): Promise<Times & { first?: number[] }> {
  const matrix = pairsOf(job);
  if (job.job === 'als') return await sweeps(job, matrix, means.kernels);
  if (job.job === 'topk') {
    const { users, factors: size, k } = job;
    const request = {
      size,
      k,
      exclude: matrix,
      ...(await svdFactors(matrix, size, means.kernels)),
      users: Int32Array.from({ length: users }, (_, user) => user),
    };
    let first: number[] = [];
    const times = await timed(job.rounds, async () => {
      first = Array.from((await means.kernels.topK(request, quietContext())).items.subarray(0, k));
    });
    return { ...times, first };
  }
  const compute = { kernels: means.kernels, tensors: means.tensors };
  if (job.job === 'ease') {
    const options = { regularization: job.regularization };
    let first: number[] = [];
    const times = await timed(job.rounds, async () => {
      const { model } = await findRecommender('ease').train({ pairs: matrix }, options, 1, compute, quietContext());
      first = Array.from((model.state().arrays.weights.data as Float32Array).subarray(0, 5));
    });
    return { ...times, first };
  }
  return { seconds: await epochs(job, matrix, means) };
}

interface Times {
  seconds: number[];
  /** Seconds of all threads of the process, where it can be asked: on a busy machine they are what counts. */
  processor?: number[];
}

async function timed(rounds: number, work: () => Promise<void>): Promise<Times> {
  const [seconds, processor]: number[][] = [[], []];
  const used = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const canAsk = typeof process !== 'undefined' && 'cpuUsage' in process;
  for (let round = 0; round < rounds; round++) {
    const [started, before] = [performance.now(), canAsk ? used() : 0];
    await work();
    seconds.push((performance.now() - started) / 1000);
    if (canAsk) processor.push(used() - before);
  }
  return canAsk ? { seconds, processor } : { seconds };
}

async function sweeps({ solver, factors, rounds }: Extract<Job, { job: 'als' }>, matrix: InteractionMatrix, kernels: Kernels) {
  const common = { regularization: 0.02, frequencyScaling: 1, unobservedWeight: 0.1, alpha: 0, initialScale: 0.1 };
  const fit = await kernels.als(matrix, { ...common, factors, solver, cgSteps: 3, blockSize: 32 }, 1);
  const { seconds, processor } = await timed(rounds + 1, () => fit.sweep(quietContext()));
  fit.dispose();
  return { seconds: seconds.slice(1), processor: processor?.slice(1) };
}

/** Seconds between the reports of a training's epochs. */
async function epochs({ model, options, rounds }: Extract<Job, { job: 'epochs' }>, matrix: InteractionMatrix, means: Means) {
  const recommender = findRecommender(model);
  const given = resolveOptions(model, recommender.options, { ...options, epochs: rounds + 1 });
  const at: number[] = [];
  const run = createRunContext(new AbortController().signal, ({ stage }) => void (stage === 'train' && at.push(performance.now())));
  const { model: trained } = await recommender.train(
    { pairs: matrix, sequences: () => Promise.resolve(asSequences(matrix)) },
    given,
    1,
    { kernels: means.kernels, tensors: means.tensors },
    run,
  );
  trained.dispose?.();
  return at.slice(-rounds).map((time, epoch) => (time - at.at(-rounds - 1 + epoch)!) / 1000);
}

/** The pairs as if everybody had chosen them in the order of the items' numbers. */
function asSequences({ rowStarts, columns, values }: InteractionMatrix) {
  return { rowStarts, items: columns, values, times: Float64Array.from(columns, (_, at) => at) };
}
