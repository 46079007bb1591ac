import { describe, expect, it } from 'vitest';
import type { Comparison } from '$lib/core/evaluation/types';
import { planSchema } from '$lib/core/plan/schema';
import { planVersion } from '$lib/core/plan/version';
import { resolveSpec } from '$lib/core/predictions/options';
import type { PredictionReport } from '$lib/core/predictions/report';
import { isStale, staleWork } from '$lib/state/staleWork';
import { threadOf } from '$lib/state/thread.svelte';
import type { WorkspaceView } from '$lib/work/operations/workspaces';

const soon = {
  id: 'soon',
  kind: 'prediction' as const,
  task: 'propensity',
  learner: 'logistic',
  target: { event: 'order_completed', withinDays: 30 },
  options: {},
};
const tastes = { id: 'tastes', kind: 'recommender' as const, algorithm: 'ials', options: {} };
const test = { split: { kind: 'global-time' as const, testShare: 0.2 }, cutoffs: [10] };
const plan = planSchema.parse({
  muster: planVersion,
  name: 'Tea',
  models: [soon, tastes],
  audiences: [{ id: 'all', from: 'everyone' }],
  exports: [{ audience: 'all', destination: 'csv' }],
});
const asOf = '2026-03-01T00:00:00';
const report = {
  version: 2,
  modelId: 'soon',
  task: 'propensity',
  learner: 'logistic',
  sections: [],
  protocol: { target: soon.target, options: resolveSpec(soon).options, seed: 1, asOf, dataHash: 'january' },
} as unknown as PredictionReport;
const comparison = {
  protocol: { ...test, dataHash: 'january', seed: 1, asOf },
  rows: [
    { modelId: 'tastes', algorithm: 'ials' },
    { modelId: 'popularity', algorithm: 'popularity' },
  ],
} as unknown as Comparison;
/** All of it was made on the data of January. */
const view = (dataHash: string, over: Partial<WorkspaceView> = {}) =>
  ({
    plan,
    asOf,
    facts: { dataHash, users: 3, events: 9, items: 2 },
    reports: [],
    predictionReports: [report],
    comparison,
    exportsMade: { at: '2026-03-02T09:00:00.000Z', dataHash: 'january', asOf, files: 1 },
    ...over,
  }) as unknown as WorkspaceView;

describe('what is stale', () => {
  it('is nothing while the data is what it was made from', () => {
    expect(isStale(staleWork(view('january'), test))).toBe(false);
    expect(threadOf(view('january')).exports.state).toBe('fresh');
  });

  it('is everything that was run once the data is another: predictions, the comparison, the files', () => {
    const work = staleWork(view('february'), test);
    expect(work.predictions).toMatchObject([{ model: { id: 'soon' }, reasons: ['data'] }]);
    expect(work.comparison).toMatchObject({ models: [{ id: 'tastes' }], reasons: ['data'] });
    expect(work.exports).toBe(true);
    expect(threadOf(view('february'))).toMatchObject({
      predictions: { state: 'stale' },
      recommenders: { state: 'stale' },
      exports: { state: 'stale' },
    });
  });

  it('is not what was never run, nor what was scored again, nor what is being edited', () => {
    const never = staleWork(view('february', { predictionReports: [], comparison: null, exportsMade: undefined }), test);
    expect(isStale(never)).toBe(false);
    const scored = { ...report, protocol: { ...report.protocol, scored: { asOf, dataHash: 'february' } } };
    expect(staleWork(view('february', { predictionReports: [scored] }), test).predictions).toEqual([]);
    const edited = { ...plan, models: [{ ...soon, target: { ...soon.target, withinDays: 7 } }, tastes] };
    expect(staleWork(view('january', { plan: edited }), test).predictions).toEqual([]);
    expect(staleWork(view('january'), { ...test, cutoffs: [5] }).comparison).toBeNull();
  });

  it('is what was trained with somebody who was erased since', () => {
    const erased = { ...report, protocol: { ...report.protocol, erasedAt: '2026-03-03T00:00:00.000Z' } };
    expect(staleWork(view('january', { predictionReports: [erased] }), test).predictions).toMatchObject([{ reasons: ['erased'] }]);
    expect(threadOf(view('january', { predictionReports: [erased] })).predictions.state).toBe('stale');
  });
});
