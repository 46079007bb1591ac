import { m } from '$lib/paraglide/messages';
import type { Format } from '$lib/state/figures';

interface MetricWords {
  name: (k: string) => string;
  what: (k: string) => string;
  isShare: boolean;
  /** Which value is the best of a column; absent where neither end is. */
  better?: 'higher' | 'lower';
  /** Measured once for the whole list and not at each length. */
  once?: boolean;
  about: 'hits' | 'lists';
}

const words: Record<string, MetricWords> = {
  recall: {
    name: (k) => m.models_metric_recall({ k }),
    what: (k) => m.models_metric_recall_what({ k }),
    isShare: true,
    better: 'higher',
    about: 'hits',
  },
  ndcg: {
    name: (k) => m.models_metric_ndcg({ k }),
    what: (k) => m.models_metric_ndcg_what({ k }),
    isShare: false,
    better: 'higher',
    about: 'hits',
  },
  hr: {
    name: (k) => m.models_metric_hr({ k }),
    what: (k) => m.models_metric_hr_what({ k }),
    isShare: true,
    better: 'higher',
    about: 'hits',
  },
  precision: {
    name: (k) => m.models_metric_precision({ k }),
    what: (k) => m.models_metric_precision_what({ k }),
    isShare: true,
    better: 'higher',
    about: 'hits',
  },
  f1: {
    name: (k) => m.models_metric_f1({ k }),
    what: (k) => m.models_metric_f1_what({ k }),
    isShare: true,
    better: 'higher',
    about: 'hits',
  },
  map: {
    name: (k) => m.models_metric_map({ k }),
    what: (k) => m.models_metric_map_what({ k }),
    isShare: false,
    better: 'higher',
    about: 'hits',
  },
  mrr: {
    name: () => m.models_metric_mrr(),
    what: () => m.models_metric_mrr_what(),
    isShare: false,
    better: 'higher',
    once: true,
    about: 'hits',
  },
  coverage: {
    name: (k) => m.models_metric_coverage({ k }),
    what: (k) => m.models_metric_coverage_what({ k }),
    isShare: true,
    better: 'higher',
    about: 'lists',
  },
  serendipity: {
    name: (k) => m.models_metric_serendipity({ k }),
    what: (k) => m.models_metric_serendipity_what({ k }),
    isShare: true,
    better: 'higher',
    about: 'lists',
  },
  novelty: {
    name: (k) => m.models_metric_novelty({ k }),
    what: (k) => m.models_metric_novelty_what({ k }),
    isShare: false,
    about: 'lists',
  },
  popRank: {
    name: (k) => m.models_metric_pop_rank({ k }),
    what: (k) => m.models_metric_pop_rank_what({ k }),
    isShare: true,
    about: 'lists',
  },
  popLift: {
    name: (k) => m.models_metric_pop_lift({ k }),
    what: (k) => m.models_metric_pop_lift_what({ k }),
    isShare: true,
    about: 'lists',
  },
  gini: {
    name: (k) => m.models_metric_gini({ k }),
    what: (k) => m.models_metric_gini_what({ k }),
    isShare: false,
    better: 'lower',
    about: 'lists',
  },
  userCoverage: {
    name: () => m.models_metric_user_coverage(),
    what: () => m.models_metric_user_coverage_what(),
    isShare: true,
    better: 'higher',
    once: true,
    about: 'lists',
  },
};

/** All that can be shown, in the order of the columns. */
export const metricFamilies = Object.keys(words);
export const familiesAbout = (about: MetricWords['about']): string[] => metricFamilies.filter((family) => words[family].about === about);

/** What the first view shows. */
export const mainFamilies: readonly string[] = ['recall', 'ndcg', 'coverage'];

/** The columns of some families: each at every length; of the catalogue's coverage in the first view the longest will do. */
export function metricsOf(families: readonly string[], cutoffs: readonly number[]): string[] {
  return metricFamilies
    .filter((family) => families.includes(family))
    .flatMap((family) => {
      if (words[family].once) return [family];
      const lengths = words[family].about === 'lists' ? cutoffs.slice(-1) : cutoffs;
      return lengths.map((k) => `${family}@${k}`);
    });
}

/** The best value of a column, where there is such a thing. */
export function bestOf(id: string, values: readonly (number | undefined)[]): number | undefined {
  const better = words[familyOf(id)]?.better;
  const known = values.filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  if (better === undefined || known.length === 0) return undefined;
  return better === 'higher' ? Math.max(...known) : Math.min(...known);
}

/** Rows with the best value of a measure first; those without one last. */
export function byMetric(id: string): (a: { metrics: Record<string, number> }, b: { metrics: Record<string, number> }) => number {
  const sign = isRising(id) ? -1 : 1;
  const rank = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? Infinity : sign * value);
  return (a, b) => (rank(a.metrics[id]) < rank(b.metrics[id]) ? -1 : rank(a.metrics[id]) > rank(b.metrics[id]) ? 1 : 0);
}

export const isRising = (id: string): boolean => words[familyOf(id)]?.better === 'higher';

const familyOf = (id: string): string => id.split('@')[0];

export function metricName(id: string): string {
  const [metric, k = ''] = id.split('@');
  // Coverage, too, has a value without a length.
  return words[metric]?.name(k).replace(/@$/, '') ?? id;
}

/** The name without a length. */
export function familyName(family: string): string {
  return words[family].name('k');
}

export function metricWhat(id: string): string {
  const [metric, k = ''] = id.split('@');
  return words[metric]?.what(k) ?? '';
}

/** Shares as percent, the others as they are published. */
export function writeMetric(id: string, value: number | undefined, format: Format): string {
  return words[id.split('@')[0]]?.isShare ? format.percent(value, 2, true) : format.fixed(value, 4);
}
