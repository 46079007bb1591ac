import type { Promotion, PromotionAsked } from '../../core/results/promotion';
import type { SeriesAsked, SeriesSplit } from '../../core/results/promotionSeries';
import { reads } from './context';

/** What a promotion brought, by the workspace's own data. @throws UserError as `promotionInWorkspace`; `no_data` */
export const promotionMeasured = reads<PromotionAsked, Promotion>(async (asked, epoch) => {
  const { promotionInWorkspace } = await import('../../core/results/promotion');
  return promotionInWorkspace(await epoch.data(), asked, epoch);
});

/** By what sales can be split into at least two units, with how many there are. */
export const promotionSplits = reads<undefined, { split: SeriesSplit; units: number }[]>(async (_, epoch) => {
  const { seriesSplits } = await import('../../core/results/seriesSplits');
  const segments = epoch.plan.segments.length;
  return [...(await seriesSplits(await epoch.data(), epoch)), ...(segments > 1 ? [{ split: 'segment' as const, units: segments }] : [])];
});

/** The units of a split, those with the largest sums first. @throws UserError `series_empty`, `no_data` */
export const promotionUnits = reads<Pick<SeriesAsked, 'split' | 'measure' | 'from'>, string[]>(async (asked, epoch) => {
  const { unitSeries } = await import('../../core/results/promotionSeries');
  return (await unitSeries(await epoch.data(), { ...asked, by: 'week' }, epoch)).names;
});
