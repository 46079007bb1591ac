import type { PredictionReport } from '../../predictions/report';

/** Measures of a model's test, of which more is better, by the names that the field gives them; none where nothing was learnt. */
export function modelQuality({ sections }: Pick<PredictionReport, 'sections'>): Record<string, number> {
  const found: Record<string, number> = {};
  for (const section of sections) {
    if (section.kind === 'ranking') Object.assign(found, { auc: section.auc, prAuc: section.prAuc });
    if (section.kind === 'amounts') Object.assign(found, { spearman: section.spearman, gini: section.gini });
    if (section.kind === 'horizons') found.concordance = section.concordance;
    if (section.kind === 'uplift') found.qini = section.qini.coefficient;
  }
  return found;
}
