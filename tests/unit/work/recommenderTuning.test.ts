import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import { createRunContext, type Progress } from '$lib/core/base/run';
import { leaderboard } from '$lib/core/evaluation/tuning/leaderboard';
import type { Trial } from '$lib/core/evaluation/tuning/tune';
import { trialOfValues, valuesOfTrial } from '$lib/core/evaluation/tuning/trialValues';
import type { RecommenderSpec } from '$lib/core/plan/schema';
import { ease } from '$lib/core/recommenders/ease';
import { ials } from '$lib/core/recommenders/ials';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNodeKernels } from '$lib/platform/node/kernels';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import type { Desk } from '$lib/work/desk';
import { recommenderTune } from '$lib/work/operations/recommenders';
import { openHandMade } from '../../support/handMade';
import { bareDesk } from '../../support/bareDesk';
import { openTinyShop, type TinyEvent } from '../../support/tinyShop';

/** Sixty customers: tea people buy teas, coffee people coffees, one thing a day for eight days. */
const shelf = (kind: string) => Array.from({ length: 10 }, (_, i) => `${kind}${i}`);
const items = [...shelf('tea'), ...shelf('coffee')];
const events: TinyEvent[] = Array.from({ length: 60 }, (_, person) => person).flatMap((person) =>
  Array.from({ length: 8 }, (_, day) => ({
    user: `p${String(person).padStart(2, '0')}`,
    event: 'order_completed',
    at: `2026-05-${String(1 + 3 * day + (person % 3)).padStart(2, '0')}T10:00:00`,
    item: shelf(person % 2 === 0 ? 'tea' : 'coffee')[(day * 3 + person) % 10],
    order: `o${person}-${day}`,
    value: 10,
  })),
);
const split = { kind: 'random', testShare: 0.2 } as const;
const model: RecommenderSpec = { id: 'linear', kind: 'recommender', algorithm: 'ease', options: {} };

describe('tuning of one model of the plan', () => {
  let store: TableStore;
  let desk: Desk;
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    await openTinyShop(store, { events, items: items.map((id) => ({ id, title: id })) }, '2026-06-01T00:00:00');
    const kernels = await openNodeKernels({ threads: 1 });
    desk = bareDesk({ openStore: async () => store, openKernels: async () => kernels, now: () => new Date() });
    await openHandMade(
      desk,
      { name: 'Tea and coffee', asOf: '2026-06-01', seed: 3 },
      {
        dataHash: 'h',
        users: 60,
        items: 20,
        events: events.length,
        orders: events.length,
        firstEvent: '2026-05-01T10:00:00Z',
        lastEvent: '2026-05-24T10:00:00Z',
        eventCounts: [{ event: 'order_completed', count: events.length }],
        currency: 'EUR',
        timeZone: 'UTC',
      },
    );
  });
  afterAll(async () => {
    (await desk.kernels()).close();
    await store.close();
  });

  const input = { model, split, cutoff: 5, minutes: 0.01 };
  const watched = (ontrial: (trial: Trial) => void, signal = new AbortController().signal) => ({
    ...createRunContext(signal, ({ stage, values }: Progress) => {
      expect(stage).toBe('tune');
      const trial = values && trialOfValues(values, ease.options);
      if (trial) ontrial(trial);
    }),
    desk,
  });

  it('tells each trial as it is made; cancelled, the next search goes on from there', async () => {
    const first: Trial[] = [];
    const stop = new AbortController();
    const running = recommenderTune(
      { ...input, minutes: 10 },
      watched((trial) => first.push(trial) === 3 && stop.abort(), stop.signal),
    );
    await expect(running).rejects.toThrow(Cancelled);
    expect(first).toHaveLength(3);

    const second: Trial[] = [];
    const found = await recommenderTune(
      input,
      watched((trial) => second.push(trial)),
    );
    expect(second.slice(0, 3)).toEqual(first);
    expect(found.trials).toEqual(second);
    expect(found.tuned).toBeGreaterThanOrEqual(found.defaults);
    expect(found.current).toBeUndefined();
    const [winner] = leaderboard(found.trials);
    expect(winner.parts).toBe(2);
    expect(winner.score).toBeGreaterThanOrEqual(found.tuned - 1e-12);

    // Another question was never asked before; the options in use take part beside the defaults.
    const third: Trial[] = [];
    const asked = { ...input, cutoff: 10, model: { ...model, options: { regularization: 9999 } } };
    const other = await recommenderTune(
      asked,
      watched((trial) => third.push(trial)),
    );
    expect(third[0].options).toMatchObject({ regularization: 200 });
    expect(third[1].options).toMatchObject({ regularization: 9999 });
    expect(other.current).toBeLessThanOrEqual(other.tuned);
  });

  it('says where there is nothing to search', async () => {
    const popular: RecommenderSpec = { ...model, algorithm: 'popularity' };
    await expect(recommenderTune({ ...input, model: popular }, watched(() => {}))).rejects.toMatchObject({ code: 'nothing_to_tune' }); // prettier-ignore
  });
});

describe('trials on their way to the screen', () => {
  it('come back whole, choices and failures too', () => {
    const trial: Trial = { options: { solver: 'cg', factors: 32, alpha: 0.5 }, share: 1 / 9, part: 7, seconds: 1.5, score: 0.25 };
    expect(trialOfValues(valuesOfTrial(trial, ials.options), ials.options)).toEqual(trial);
    const failed = { ...trial, score: null };
    expect(trialOfValues(valuesOfTrial(failed, ials.options), ials.options)).toEqual(failed);
    expect(trialOfValues({ epoch: 1, loss: 2 }, ials.options)).toBeUndefined();
  });

  it('stand in the order of how much is known of them, then of their scores', () => {
    const of = (factors: number, share: number, score: number | null, part = 1): Trial => ({ options: { factors }, share, score, part, seconds: 1 }); // prettier-ignore
    const board = leaderboard([of(1, 1, 0.3), of(2, 1 / 9, 0.9), of(3, 1, 0.4), of(1, 1, 0.1, 2), of(4, 1, null), of(2, 1 / 3, 0.2)]);
    expect(board).toEqual([
      { options: { factors: 1 }, score: 0.2, share: 1, parts: 2 },
      { options: { factors: 3 }, score: 0.4, share: 1, parts: 1 },
      { options: { factors: 2 }, score: 0.2, share: 1 / 3, parts: 1 },
    ]);
  });
});
