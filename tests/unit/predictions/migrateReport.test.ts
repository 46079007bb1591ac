import { describe, expect, it } from 'vitest';
import { migrateReport } from '$lib/core/predictions/migrateReport';
import { sectionOf } from '$lib/core/predictions/report';
import { predictionStaleReasons } from '$lib/core/predictions/staleness';
import { migratePlan } from '$lib/core/plan/migrate';
import { checkPlan } from '$lib/core/plan/read';
import type { PredictionSpec } from '$lib/core/predictions/spec';
// Written by commit f1916f1: `trainPropensity` on the shop of trainPrediction.test.ts, once with each algorithm.
import saved from '../../fixtures/propensity-reports-v1.json';

describe('reports that version 1 saved', () => {
  for (const old of saved) {
    it(`keep every figure (${old.algorithm})`, () => {
      const report = migrateReport(structuredClone(old));
      expect(report).toMatchObject({ version: 2, modelId: old.modelId, task: 'propensity', learner: old.algorithm });
      expect(report.protocol).toMatchObject({
        target: old.target,
        cutoffs: { train: old.trainCutoffs, validation: old.validationCutoff, test: old.testCutoff },
        rows: { train: old.trainRows, test: old.testRows },
        asOf: old.asOf,
        dataHash: old.dataHash,
        seed: old.seed,
        backend: old.backend,
      });
      const { auc, prAuc, baseline, testPositives: positives, logLoss, brier } = old;
      expect(sectionOf(report, 'ranking')).toMatchObject({ auc, prAuc, positives, baseline: { ...baseline, id: 'recent-buyers-first' } });
      expect(sectionOf(report, 'calibration')).toMatchObject({ before: { logLoss, brier, bins: old.calibration }, after: null });
      expect(sectionOf(report, 'gains')!.deciles).toEqual(old.lift);
      expect(sectionOf(report, 'drivers')!.drivers).toEqual(old.importances);
      expect(sectionOf(report, 'losses')!.losses).toEqual(old.losses);
      expect(sectionOf(report, 'diagnostics')!.findings).toEqual(old.warnings);
      expect(sectionOf(report, 'windows')!.windows).toHaveLength(old.trainCutoffs.length + 3);
    });
  }

  it('are still those of the plan that was brought forward with them', () => {
    const [old] = saved;
    const models = [{ id: old.modelId, kind: 'propensity', algorithm: old.algorithm, target: old.target }];
    const { plan } = checkPlan(migratePlan({ muster: 1, name: 'Tea', models }).document);
    const now = { dataHash: old.dataHash, asOf: old.asOf, seed: old.seed };
    expect(predictionStaleReasons(migrateReport(old), plan!.models[0] as PredictionSpec, now)).toEqual([]);
  });

  it('survive being saved, and a report of today passes through whole', () => {
    const report = migrateReport(saved[0]);
    const again = JSON.parse(JSON.stringify(report)) as unknown;
    expect(again).toEqual(JSON.parse(JSON.stringify(migrateReport(again))));
    expect(migrateReport(report)).toBe(report);
  });
});
