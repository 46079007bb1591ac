import type { OptionValues } from '../base/options';
import { calibrationError, type CalibrationBin, type LiftDecile } from './metrics';
import type { LossesSection, PredictionReport, WindowsSection } from './report';

/** What workspaces of version 1 hold. */
interface PropensityReportV1 {
  modelId: string;
  algorithm: string;
  target: { event: string; withinDays: number };
  trainCutoffs: string[];
  validationCutoff: string;
  testCutoff: string;
  trainRows: number;
  testRows: number;
  testPositives: number;
  auc: number;
  prAuc: number;
  logLoss: number;
  brier: number;
  baseline: { auc: number; prAuc: number };
  calibration: CalibrationBin[];
  lift: LiftDecile[];
  importances: { feature: string; weight: number }[];
  losses: LossesSection['losses'];
  warnings: { code: string; feature?: string; message: string }[];
  backend: string;
  reproducible: boolean;
  seed: number;
  seconds: number;
  madeFrom?: string;
  options?: OptionValues;
  asOf?: string;
  dataHash?: string;
}

/** A saved report in today's form, whichever version wrote it. */
export function migrateReport(saved: unknown): PredictionReport {
  return (saved as { version?: number }).version === 2 ? (saved as PredictionReport) : fromVersion1(saved as PropensityReportV1);
}

function fromVersion1(old: PropensityReportV1): PredictionReport {
  // Its test window ended at asOf, which version 1 did not always write down.
  const asOf = old.asOf ?? '';
  const baseline = 'recent-buyers-first';
  const windows: WindowsSection['windows'] = [
    ...old.trainCutoffs.map((at) => ({ part: 'train' as const, at })),
    { part: 'validation', at: old.validationCutoff },
    { part: 'test', at: old.testCutoff },
    ...(asOf ? [{ part: 'score' as const, at: asOf }] : []),
  ];
  const { logLoss, brier, calibration: bins } = old;
  return {
    version: 2,
    modelId: old.modelId,
    task: 'propensity',
    learner: old.algorithm,
    protocol: {
      target: old.target,
      cutoffs: { train: old.trainCutoffs, validation: old.validationCutoff, test: old.testCutoff },
      rows: { train: old.trainRows, validation: null, test: old.testRows },
      // Version 1 did not calibrate; the migrated plan says so too.
      options: { ...old.options, calibrate: 'none' },
      seed: old.seed,
      asOf,
      observedTo: asOf,
      dataHash: old.dataHash,
      backend: old.backend,
      reproducible: old.reproducible,
      seconds: old.seconds,
    },
    sections: [
      {
        kind: 'ranking',
        rows: old.testRows,
        positives: old.testPositives,
        auc: old.auc,
        prAuc: old.prAuc,
        baseline: { id: baseline, ...old.baseline },
      },
      { kind: 'gains', baseline, deciles: old.lift },
      { kind: 'calibration', method: 'none', candidates: [], before: { logLoss, brier, ece: calibrationError(bins), bins }, after: null },
      ...(old.warnings.length > 0 ? [{ kind: 'diagnostics' as const, findings: old.warnings }] : []),
      { kind: 'windows', withinDays: old.target.withinDays, windows },
      {
        kind: 'drivers',
        measure: old.algorithm === 'logistic' ? 'weight' : 'auc-lost',
        drivers: old.importances,
        inputs: old.importances.length,
      },
      ...(old.losses.length > 0 ? [{ kind: 'losses' as const, losses: old.losses }] : []),
    ],
  };
}
