import { precisionRecallCurve, rocCurve } from '../curves';
import { aucInterval } from '../delong';
import { testedDepthPoints } from '../depth';
import { happened, type Labels } from '../labels';
import { averagePrecision } from '../metrics';
import type { CurvesSection, DepthSection, SegmentQualitySection, StabilitySection } from '../report';
import type { Tested } from '../tasks/task';

/** Fewer than this many of each in a segment say nothing of its order. */
const fewestOfEach = 5;

/** ROC and precision–recall, with the interval of the area. */
export function curvesSection({ predicted, labels, baseline }: Tested): CurvesSection {
  const outcomes = happened(labels);
  const curveOf = (id: string, scores: ArrayLike<number>) => {
    const { value: auc, low, high } = aucInterval(scores, outcomes);
    const [roc, pr] = [rocCurve(scores, outcomes), precisionRecallCurve(scores, outcomes)];
    return { id, auc, low, high, prAuc: averagePrecision(scores, outcomes), roc, pr };
  };
  return {
    kind: 'curves',
    rate: meanOf(outcomes),
    curves: [curveOf('', predicted), curveOf(baseline.id, baseline.scores)],
  };
}

/** What became of audiences of each depth; today's side is added when everybody is scored. */
export function depthSection({ predicted, labels, baseline }: Tested): DepthSection {
  return { kind: 'depth', baseline: baseline.id, test: testedDepthPoints(predicted, baseline.scores, happened(labels)), today: [] };
}

export function stabilitySection({ windows }: Tested): StabilitySection {
  return {
    kind: 'stability',
    points: windows.map(({ at, part, predicted, labels }) => ({ at, part, ...qualityOf(predicted, labels, 1) })),
  };
}

/** Left out where the plan has no segment that stands for the test's date. */
export function segmentQualitySection({ predicted, labels, segments }: Tested): SegmentQualitySection {
  const outcomes = happened(labels);
  return {
    kind: 'segment-quality',
    segments: segments
      .filter(({ rows }) => rows.length > 0)
      .map(({ segment, rows }) => {
        const part = { kind: 'binary' as const, values: Uint8Array.from(rows, (row) => outcomes[row]) };
        const own = Float32Array.from(rows, (row) => predicted[row]);
        return { segment, ...qualityOf(own, part, fewestOfEach), observed: meanOf(part.values) };
      }),
  };
}

function qualityOf(predicted: Float32Array, labels: Labels, fewest: number) {
  const outcomes = happened(labels);
  const positives = outcomes.reduce((sum, outcome) => sum + outcome, 0);
  const isKnown = positives >= fewest && outcomes.length - positives >= fewest;
  const { value, low, high } = isKnown ? aucInterval(predicted, outcomes) : { value: null, low: 0, high: 0 };
  return { rows: outcomes.length, positives, auc: value, low, high, predicted: meanOf(predicted) };
}

function meanOf(values: Float32Array | Uint8Array): number {
  return (values as Float32Array).reduce((sum, value) => sum + value, 0) / values.length;
}
