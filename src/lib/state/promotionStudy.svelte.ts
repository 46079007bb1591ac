import { Cancelled } from '$lib/core/base/errors';
import type { PromotionMethod } from '$lib/core/experiments/promotionEffect';
import type { Promotion, PromotionAsked } from '$lib/core/results/promotion';
import type { SeriesMeasure, SeriesSplit } from '$lib/core/results/promotionSeries';
import { m } from '$lib/paraglide/messages';
import type { OperationOutput } from '$lib/work/operations';
import type { Job } from './jobs.svelte';
import { Remote } from './remote.svelte';
import { workbench } from './workbench.svelte';

export type StudyState =
  | { at: 'idle' }
  | { at: 'running'; job: Job | null }
  | { at: 'ready'; promotion: Promotion; workspace: string }
  | { at: 'failed'; error: unknown };

/** What is asked about a promotion, and what came of it; it survives a change of screen and goes with the tab. */
class PromotionStudy {
  method = $state<PromotionMethod>('before-after');
  measure = $state<SeriesMeasure>('revenue');
  by = $state<'day' | 'week'>('week');
  split = $state<SeriesSplit | ''>('');
  from = $state('');
  to = $state('');
  dip = $state(14);
  treated = $state.raw<string[]>([]);
  compared = $state.raw<string[]>([]);
  losing = $state.raw<string[]>([]);
  ofOwnLevel = $state(true);
  known = $state.raw<{ from: string; to: string }[]>([]);
  state = $state.raw<StudyState>({ at: 'idle' });

  readonly splits = new Remote<void, OperationOutput<'promotionSplits'>>(() => workbench.call('promotionSplits', undefined));
  readonly units = new Remote((split: SeriesSplit) =>
    workbench.call('promotionUnits', { split, measure: this.measure, from: this.from || this.#lastDay() }),
  );

  /** Why nothing can be asked yet; empty where it can. */
  get missing(): 'days' | 'split' | 'treated' | '' {
    if (this.from === '' || this.to === '') return 'days';
    if (this.method === 'before-after') return '';
    if (this.split === '') return 'split';
    return this.treated.length === 0 ? 'treated' : '';
  }

  get asked(): PromotionAsked {
    const { method, measure, from, to, dip, split } = this;
    const isSeries = method === 'before-after';
    return {
      method,
      measure,
      by: isSeries ? 'day' : this.by,
      from,
      to,
      dip,
      treated: split === '' ? [] : [...this.treated],
      ...(split !== '' && { split, losing: [...this.losing] }),
      ...(isSeries
        ? { known: this.known.filter((each) => each.from !== '' && each.to !== '') }
        : { compared: [...this.compared], ...(this.ofOwnLevel && { ofOwnLevel: true }) }),
    };
  }

  splitBy(split: SeriesSplit | ''): void {
    this.split = split;
    this.treated = [];
    this.compared = [];
    this.losing = [];
  }

  async measureIt(): Promise<void> {
    if (this.state.at === 'running' || this.missing !== '') return;
    this.state = { at: 'running', job: null };
    const workspace = workbench.view?.entry.id ?? '';
    try {
      const promotion = await workbench.call('promotionMeasured', this.asked, {
        job: () => m.promotion_job(),
        onjob: (job) => (this.state = { at: 'running', job }),
      });
      this.state = { at: 'ready', promotion, workspace };
    } catch (error) {
      this.state = error instanceof Cancelled ? { at: 'idle' } : { at: 'failed', error };
    }
  }

  #lastDay(): string {
    return (workbench.view?.asOf ?? '').slice(0, 10) || '2000-01-01';
  }
}

export const promotionStudy = new PromotionStudy();
