import { describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { createRunContext, quietContext } from '$lib/core/base/run';
import { rankingTask } from '$lib/core/evaluation/evaluate';
import { drawAnywhere, drawNear } from '$lib/core/evaluation/tuning/space';
import { comparedTrainPart } from '$lib/core/evaluation/tuning/trainPart';
import { splitInteractions } from '$lib/core/evaluation/splits';
import { tune, type Trial, type TuningRequest } from '$lib/core/evaluation/tuning/tune';
import { shapeOfTest, someUsers, validationTask } from '$lib/core/evaluation/tuning/validation';
import { matrixFromPairs, type InteractionMatrix } from '$lib/core/math/sparseRows';
import { ease } from '$lib/core/recommenders/ease';
import { ials } from '$lib/core/recommenders/ials';
import { popularity } from '$lib/core/recommenders/popularity';
import type { Compute, Recommender } from '$lib/core/recommenders/recommender';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';

const compute: Compute = { kernels: createReferenceKernels(''), tensors: () => Promise.reject(new Error('no tensors here')) };

/** People of four tastes, who mostly choose within theirs. */
function tastes(users: number, each: number): InteractionMatrix {
  const random = new Random(5);
  const [who, what]: number[][] = [[], []];
  for (let user = 0; user < users; user++)
    for (let pair = 0; pair < each; pair++) {
      who.push(user);
      what.push(random.below(4) > 0 ? (user % 4) * 10 + random.below(10) : random.below(40));
    }
  return matrixFromPairs(users, 40, who, what);
}

const pairsOf = (matrix: InteractionMatrix) => {
  const pairs: string[] = [];
  for (let user = 0; user < matrix.users; user++)
    for (let at = matrix.rowStarts[user]; at < matrix.rowStarts[user + 1]; at++) pairs.push(`${user} ${matrix.columns[at]}`);
  return pairs;
};

describe('a validation part', () => {
  const train = tastes(200, 8);
  const everything = pairsOf(train);

  it('is cut out of train in the shape of the test, and nothing is on both sides', () => {
    const test = matrixFromPairs(200, 40, [0, 1, 2], [39, 39, 39]);
    const one = shapeOfTest(rankingTask(train, test, { requireHistory: false }));
    expect(one).toEqual({ held: 'one' });
    const task = validationTask(train, one, 3);
    expect(pairsOf(task.test)).toHaveLength(200);
    expect([...pairsOf(task.train), ...pairsOf(task.test)].sort()).toEqual(everything.toSorted());

    const share = validationTask(train, { held: 0.2 }, 3);
    expect(pairsOf(share.test).length / everything.length).toBeCloseTo(0.2, 1);
    expect([...pairsOf(share.train), ...pairsOf(share.test)].sort()).toEqual(everything.toSorted());
  });

  it('holds out the last pair where times are known', () => {
    const times = train.columns.map((_, at) => -at);
    const task = validationTask(train, { held: 'one' }, 3, times);
    expect(pairsOf(task.test)).toEqual(Array.from({ length: 200 }, (_, user) => everything[train.rowStarts[user]]));
  });

  it('is ranked among as many negatives as the test is, none of which the person has', () => {
    const task = validationTask(train, { held: 'one', negatives: 7 }, 3);
    const known = new Set(everything);
    for (const user of task.users) {
      const [start, end] = [task.candidates!.rowStarts[user], task.candidates!.rowStarts[user + 1]];
      const candidates = Array.from(task.candidates!.columns.subarray(start, end), (item) => `${user} ${item}`);
      expect(candidates).toHaveLength(8);
      expect(candidates.filter((pair) => known.has(pair))).toEqual(pairsOf(task.test).filter((pair) => pair.startsWith(`${user} `)));
    }
    const some = someUsers(task, 0.25, 1);
    expect(some.users.length).toBeGreaterThan(20);
    expect(some.users.length).toBeLessThan(90);
    expect(new Set(pairsOf(some.train).map((pair) => Number(pair.split(' ')[0])))).toEqual(new Set(some.users));
  });
});

describe('the train part of a comparison', () => {
  it('is what the comparison trains on, and what is held out of it is out of the histories, too', async () => {
    const random = new Random(9);
    const of = (below: number) => Int32Array.from({ length: 300 }, () => random.below(below));
    const list = {
      users: 12,
      items: 15,
      userOfEvent: of(12),
      itemOfEvent: of(15),
      valueOfEvent: new Float32Array(300).fill(1),
      timeOfEvent: Float64Array.from({ length: 300 }, (_, at) => at),
    };
    const split = { kind: 'global-time', testShare: 0.25 } as const;
    const { train, shape, dataOf } = comparedTrainPart({ interactions: list, split, seed: 2 });
    expect(train).toEqual(splitInteractions(list, split, 2).train);
    expect(shape).toEqual({ held: 0.25 });
    const task = validationTask(train, shape, 5);
    const data = dataOf(task.train);
    expect(data.pairs).toBe(task.train);
    const { rowStarts, items, times } = await data.sequences!();
    expect(Math.max(...times)).toBeLessThan(225);
    const told = Array.from({ length: 12 }, (_, user) =>
      Array.from(new Set(items.subarray(rowStarts[user], rowStarts[user + 1])), (item) => `${user} ${item}`),
    );
    expect(told.flat().sort()).toEqual(pairsOf(task.train).sort());
    expect(pairsOf(task.test).length).toBeGreaterThan(10);
  });
});

describe('drawn settings', () => {
  const specs = [
    { name: 'a', kind: 'number', what: '', default: 1, min: 0, max: 1e6, scale: 'log', tuned: [1, 10000] },
    { name: 'b', kind: 'number', what: '', default: 1, min: 0, max: 9, integer: true, tuned: [2, 5] },
    { name: 'c', kind: 'choice', what: '', default: 'x', choices: ['x', 'y'], tuned: true },
  ] as const;
  it('lie in their ranges, evenly by order of magnitude where that is the scale, and near ones near', () => {
    const random = new Random(1);
    const drawn = Array.from({ length: 400 }, () => drawAnywhere(specs as never, random));
    expect(drawn.filter(({ a }) => Number(a) < 100).length / 400).toBeCloseTo(0.5, 1);
    expect(new Set(drawn.map(({ b }) => b))).toEqual(new Set([2, 3, 4, 5]));
    const near = Array.from({ length: 400 }, () => drawNear(specs as never, { a: 100, b: 3, c: 'x' }, random));
    const apart = near.map(({ a }) => Math.abs(Math.log10(Number(a) / 100)));
    expect(Math.max(...apart)).toBeLessThanOrEqual(2);
    expect(apart.filter((decades) => decades < 0.9).length).toBeGreaterThan(320);
  });
});

/** Each look at it is a millisecond later, whatever the machine is busy with. */
function countedClock(): () => number {
  let time = 0;
  return () => time++;
}

describe('tuning', () => {
  const train = tastes(400, 6);
  const request = (change: Partial<TuningRequest> = {}): TuningRequest => ({
    recommender: ease,
    given: {},
    train,
    shape: { held: 0.2 },
    cutoff: 10,
    seed: 1,
    budget: 600,
    now: countedClock(),
    ...change,
  });

  it('beats defaults that are far off, and says so on parts that both were measured on', async () => {
    const options = ials.options.map((spec) =>
      spec.name === 'regularization' ? ({ ...spec, default: 900, rule: undefined } as typeof spec) : spec,
    );
    const far = { ...ials, options };
    const found = await tune(request({ recommender: far, given: { factors: 8, epochs: 3 }, budget: 8000 }), compute, quietContext());
    expect(found.tuned).toBeGreaterThan(found.defaults);
    expect(Number(found.best.regularization)).toBeLessThanOrEqual(1);
    expect(found.best).not.toHaveProperty('factors');
    // What is in use takes part beside the defaults, and stays where nothing is better.
    const current = { regularization: 0.01 };
    const kept = await tune(request({ recommender: far, given: { factors: 8, epochs: 3 }, current, budget: 0 }), compute, quietContext());
    expect(kept.best.regularization).toBe(0.01);
    expect(kept.current).toBe(kept.tuned);
    expect(kept.tuned).toBeGreaterThan(kept.defaults);
    expect(found.trials.length).toBeGreaterThan(5);
  });

  it('goes on from what was tried, without trying it again', async () => {
    const tried: Trial[] = [];
    await tune(request({ onTrial: (trial) => tried.push(trial) }), compute, quietContext());
    let trainings = 0;
    const counted: Recommender = { ...ease, train: (...given) => (trainings++, ease.train(...given)) };
    const again = await tune(request({ recommender: counted, tried, budget: 0 }), compute, quietContext());
    expect(trainings).toBe(0);
    expect(again.trials).toHaveLength(tried.length);
  });

  it('passes over settings that cannot be trained', async () => {
    const { UserError } = await import('$lib/core/base/errors');
    const moody: Recommender = {
      ...ease,
      train: (data, options, ...rest) =>
        Number(options.regularization) > 200
          ? Promise.reject(new UserError('ease_too_many_items', '', ''))
          : ease.train(data, options, ...rest),
    };
    const found = await tune(request({ recommender: moody }), compute, quietContext());
    expect(found.trials.some(({ score }) => score === null)).toBe(true);
    expect(found.tuned).toBeGreaterThanOrEqual(found.defaults);
  });

  it('keeps the defaults where nothing is better, or not by more than chance', async () => {
    const idle: Recommender = {
      ...popularity,
      options: [...popularity.options, { name: 'idle', kind: 'number', what: '', default: 1, min: 0, max: 9, tuned: [1, 9] }],
    };
    const found = await tune(request({ recommender: idle, budget: 300 }), compute, quietContext());
    expect(found.best).toEqual({});
    expect(found.tuned).toBe(found.defaults);
    expect(found.trials.length).toBeGreaterThan(3);
  });

  it('has nothing to do for a model without ranges, and stops when it is cancelled', async () => {
    await expect(tune(request({ recommender: popularity }), compute, quietContext())).rejects.toMatchObject({ code: 'nothing_to_tune' });
    const stop = new AbortController();
    const running = tune(request({ budget: 60_000, onTrial: () => stop.abort() }), compute, createRunContext(stop.signal));
    await expect(running).rejects.toThrow('Cancelled');
  });
});
