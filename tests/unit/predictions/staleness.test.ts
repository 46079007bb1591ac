import { describe, expect, it } from 'vitest';
import type { PredictionReport } from '$lib/core/predictions/report';
import type { PredictionSpec } from '$lib/core/predictions/spec';
import { predictionStaleReasons } from '$lib/core/predictions/staleness';

const spec: PredictionSpec = {
  id: 'soon',
  kind: 'prediction',
  task: 'propensity',
  learner: 'logistic',
  options: {},
  target: { event: 'order_completed', withinDays: 30 },
};
const now = { dataHash: 'october', asOf: '2026-11-01T00:00:00', seed: 1 };
/** Only what staleness reads of a report. */
const report = {
  modelId: 'soon',
  task: 'propensity',
  learner: 'logistic',
  protocol: {
    target: spec.target,
    seed: 1,
    options: { regularization: 1, epochs: 25, calibrate: 'auto' },
    asOf: now.asOf,
    dataHash: now.dataHash,
  },
} as unknown as PredictionReport;

describe('reports that are out of date', () => {
  it('a report agrees with its model until data, date, seed, question or options change', () => {
    expect(predictionStaleReasons(report, spec, now)).toEqual([]);
    // Naming a default changes nothing.
    expect(predictionStaleReasons(report, { ...spec, options: { epochs: 25 } }, now)).toEqual([]);
    expect(predictionStaleReasons(report, spec, { ...now, dataHash: 'november' })).toEqual(['data']);
    expect(predictionStaleReasons(report, spec, { ...now, asOf: '2026-10-01T00:00:00', seed: 2 })).toEqual(['asOf', 'seed']);
    expect(predictionStaleReasons(report, { ...spec, options: { regularization: 10 } }, now)).toEqual(['model']);
    expect(predictionStaleReasons(report, { ...spec, learner: 'network' }, now)).toEqual(['model']);
    expect(predictionStaleReasons(report, { ...spec, target: { event: 'order_completed', withinDays: 60 } }, now)).toEqual(['model']);
  });

  it('options that no model can have are never those of the report', () => {
    expect(predictionStaleReasons(report, { ...spec, options: { epochs: -3 } }, now)).toEqual(['model']);
  });
});
