import { describe, expect, it } from 'vitest';
import type { PropensitySpec } from '../../../src/lib/core/plan/schema';
import { propensityStaleReasons } from '../../../src/lib/core/predictions/staleness';
import type { PropensityReport } from '../../../src/lib/core/predictions/types';

const spec: PropensitySpec = {
  id: 'soon',
  kind: 'propensity',
  algorithm: 'logistic',
  options: {},
  target: { event: 'order_completed', withinDays: 30 },
};
const now = { dataHash: 'october', asOf: '2026-11-01T00:00:00', seed: 1 };
/** Only what staleness reads of a report. */
const report = {
  modelId: 'soon',
  algorithm: 'logistic',
  target: spec.target,
  seed: 1,
  options: { regularization: 1, epochs: 25 },
  asOf: now.asOf,
  dataHash: now.dataHash,
} as Partial<PropensityReport> as PropensityReport;

describe('reports that are out of date', () => {
  it('a report agrees with its model until data, date, seed, question or options change', () => {
    expect(propensityStaleReasons(report, spec, now)).toEqual([]);
    // Naming a default changes nothing.
    expect(propensityStaleReasons(report, { ...spec, options: { epochs: 25 } }, now)).toEqual([]);
    expect(propensityStaleReasons(report, spec, { ...now, dataHash: 'november' })).toEqual(['data']);
    expect(propensityStaleReasons(report, spec, { ...now, asOf: '2026-10-01T00:00:00', seed: 2 })).toEqual(['asOf', 'seed']);
    expect(propensityStaleReasons(report, { ...spec, options: { regularization: 10 } }, now)).toEqual(['model']);
    expect(propensityStaleReasons(report, { ...spec, target: { ...spec.target, withinDays: 60 } }, now)).toEqual(['model']);
  });

  it('options that no model can have are never those of the report', () => {
    expect(propensityStaleReasons(report, { ...spec, options: { epochs: -3 } }, now)).toEqual(['model']);
  });
});
