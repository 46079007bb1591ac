import { aucDifference, aucInterval } from '../delong';
import { happened } from '../labels';
import { auc, averagePrecision, brier, calibrationBins, calibrationError, liftByDecile, logLoss } from '../metrics';
import type { CalibrationSection, GainsSection, ProbabilityQuality, RankingSection } from '../report';
import type { Tested } from '../tasks/task';

/** What a test of yes/no outcomes says: the order, the probabilities, and the gain in each tenth. */
export function rankingSection({ predicted, labels, baseline }: Tested): RankingSection {
  const outcomes = happened(labels);
  const { low, high } = aucInterval(predicted, outcomes);
  const gain = aucDifference(predicted, baseline.scores, outcomes);
  return {
    kind: 'ranking',
    rows: outcomes.length,
    positives: outcomes.reduce((sum, label) => sum + label, 0),
    auc: auc(predicted, outcomes),
    prAuc: averagePrecision(predicted, outcomes),
    interval: { low, high },
    gain: { value: gain.value, low: gain.low, high: gain.high },
    baseline: { id: baseline.id, auc: auc(baseline.scores, outcomes), prAuc: averagePrecision(baseline.scores, outcomes) },
  };
}

export function calibrationSection({ raw, predicted, labels, calibration, candidates }: Tested): CalibrationSection {
  const outcomes = happened(labels);
  const { method } = calibration;
  return {
    kind: 'calibration',
    method,
    candidates,
    before: qualityOf(raw, outcomes),
    after: method === 'none' ? null : qualityOf(predicted, outcomes),
  };
}

export function gainsSection({ predicted, labels, baseline }: Tested): GainsSection {
  return { kind: 'gains', baseline: baseline.id, deciles: liftByDecile(predicted, baseline.scores, happened(labels)) };
}

function qualityOf(probabilities: Float32Array, outcomes: Uint8Array): ProbabilityQuality {
  const bins = calibrationBins(probabilities, outcomes);
  return { logLoss: logLoss(probabilities, outcomes), brier: brier(probabilities, outcomes), ece: calibrationError(bins), bins };
}
