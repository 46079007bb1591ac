import { m } from '$lib/paraglide/messages';
import type { Format } from '$lib/state/figures';

interface MetricWords {
  name: (k: string) => string;
  what: (k: string) => string;
  isShare: boolean;
}

const words: Record<string, MetricWords> = {
  recall: { name: (k) => m.models_metric_recall({ k }), what: (k) => m.models_metric_recall_what({ k }), isShare: true },
  ndcg: { name: (k) => m.models_metric_ndcg({ k }), what: (k) => m.models_metric_ndcg_what({ k }), isShare: false },
  coverage: { name: (k) => m.models_metric_coverage({ k }), what: (k) => m.models_metric_coverage_what({ k }), isShare: true },
  hr: { name: (k) => m.models_metric_hr({ k }), what: (k) => m.models_metric_hr_what({ k }), isShare: true },
  precision: { name: (k) => m.models_metric_precision({ k }), what: (k) => m.models_metric_precision_what({ k }), isShare: true },
  map: { name: (k) => m.models_metric_map({ k }), what: (k) => m.models_metric_map_what({ k }), isShare: false },
  mrr: { name: () => m.models_metric_mrr(), what: () => m.models_metric_mrr_what(), isShare: false },
};

/** The measures of the first view: two at each cut-off, and how much of the catalogue the longest lists reach. */
export function mainMetrics(cutoffs: readonly number[]): string[] {
  return [...['recall', 'ndcg'].flatMap((metric) => cutoffs.map((k) => `${metric}@${k}`)), `coverage@${cutoffs.at(-1)}`];
}

/** The others, shown when asked for. */
export function furtherMetrics(cutoffs: readonly number[]): string[] {
  const coverage = cutoffs.slice(0, -1).map((k) => `coverage@${k}`);
  return [...['hr', 'precision', 'map'].flatMap((metric) => cutoffs.map((k) => `${metric}@${k}`)), 'mrr', ...coverage];
}

export function metricName(id: string): string {
  const [metric, k = ''] = id.split('@');
  return words[metric]?.name(k) ?? id;
}

export function metricWhat(id: string): string {
  const [metric, k = ''] = id.split('@');
  return words[metric]?.what(k) ?? '';
}

/** Shares as percent, the others as they are published. */
export function writeMetric(id: string, value: number | undefined, format: Format): string {
  return words[id.split('@')[0]]?.isShare ? format.percent(value, 2, true) : format.fixed(value, 4);
}
