import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import type { Tensors } from '$lib/core/math/tensors';
import { personDrivers } from '$lib/core/predictions/personDrivers';
import { trainPrediction, type PredictionResult } from '$lib/core/predictions/trainPrediction';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { openNodeTensors } from '$lib/platform/node/tensors';
import { openTinyShop } from '../../support/tinyShop';
import { toolsOf } from '../../support/tools';
import { asOf, makeShop } from './fanShop';

describe('why one customer has their score', () => {
  let store: TableStore;
  let tensors: Tensors;
  let scope: Awaited<ReturnType<typeof openTinyShop>>;
  const trained = new Map<string, PredictionResult>();
  // A rank is one among everybody, also where one person is asked for.
  const planTraits = [{ id: 'spend-rank', feature: true, rank: { of: 'revenue', as: 'percent' as const } }];

  beforeAll(async () => {
    [store, tensors] = [await openNativeStore({ threads: 2 }), await openNodeTensors()];
    scope = await openTinyShop(store, makeShop(), asOf);
    for (const learner of ['logistic', 'network']) {
      const spec = {
        ...{ id: learner, kind: 'prediction' as const, task: 'propensity', learner, options: {} },
        target: { event: 'order_completed', withinDays: 14 },
      };
      const tools = toolsOf(async () => tensors);
      trained.set(learner, await trainPrediction({ ...scope, planTraits }, spec, 1, tools, quietContext()));
    }
  }, 60_000);
  afterAll(() => store.close());

  const of = async (learner: string, user: number) =>
    (await personDrivers(
      scope,
      trained.get(learner)!.state!,
      user,
      toolsOf(async () => tensors),
      quietContext(),
    ))!;

  it('is, of a linear model, a sum of traits that adds up to the log odds', async () => {
    for (const user of [0, 117, 299]) {
      const { way, unit, base, reached, score, parts } = await of('logistic', user);
      expect([way, unit]).toEqual(['sum', 'log-odds']);
      expect(base + parts.reduce((sum, { effect }) => sum + effect, 0)).toBeCloseTo(reached, 9);
      // Learnt without calibration or with it: the score is what everybody's table holds.
      expect(score).toBeCloseTo(trained.get('logistic')!.outputs.score[user], 6);
      expect(parts.map(({ effect }) => Math.abs(effect))).toEqual(parts.map(({ effect }) => Math.abs(effect)).sort((a, b) => b - a));
      expect(parts.some(({ feature }) => feature === 'spend-rank')).toBe(true);
    }
  });

  it('speaks against who never came back, and not for who orders to the end', async () => {
    const reachedBy = async (kind: string) => {
      const { reached, parts } = await of(
        'logistic',
        scope.ids.findIndex((id) => id.startsWith(kind)),
      );
      expect(parts[0].effect).not.toBe(0);
      return reached;
    };
    const fan = await reachedBy('fan');
    expect(await reachedBy('gone')).toBeLessThan(fan - 1);
    expect(await reachedBy('looker')).toBeLessThan(fan - 1);
  });

  it('is, of a network, what would be missing without each trait', async () => {
    const user = scope.ids.findIndex((id) => id.startsWith('gone'));
    const { way, base, reached, score, parts } = await of('network', user);
    expect(way).toBe('without');
    expect(score).toBeCloseTo(trained.get('network')!.outputs.score[user], 6);
    expect(reached).toBeLessThan(base);
    expect(parts[0].effect).toBeLessThan(0);
    expect(parts.every(({ effect }) => Number.isFinite(effect))).toBe(true);
  });

  it('is nothing of somebody who did nothing', async () => {
    expect(
      await personDrivers(
        scope,
        trained.get('logistic')!.state!,
        100_000,
        toolsOf(async () => tensors),
        quietContext(),
      ),
    ).toBeNull();
  });
});
