import { Cancelled } from '$lib/core/base/errors';
import type { RecommenderSpec } from '$lib/core/plan/schema';
import { m } from '$lib/paraglide/messages';
import { customerPicks, picksShown, type PicksState } from './customerPicks.svelte';
import type { Job } from './jobs.svelte';
import { workbench } from './workbench.svelte';

/** A model's list for the basket, and how long its answer took, in milliseconds, there and back. */
export interface BasketAnswer {
  state: PicksState;
  milliseconds?: number;
  isPopularity?: boolean;
}

/** What each model gives a basket that somebody typed. A list stays on screen until the one of the next basket is there. */
class BasketPicks {
  answers = $state.raw<Record<string, BasketAnswer>>({});
  /** Ids of the basket that the data does not have. */
  unknown = $state.raw<string[]>([]);
  #round: AbortController | undefined;

  async show(basket: readonly string[], models: readonly RecommenderSpec[]): Promise<void> {
    this.#round?.abort();
    const round = (this.#round = new AbortController());
    if (models.length === 0) this.unknown = [];
    // One after the other: trainings side by side would only slow each other down, and trained models answer at once.
    for (const model of models) {
      await this.#ask(basket, model, round);
      if (round.signal.aborted) return;
    }
  }

  async #ask(basket: readonly string[], model: RecommenderSpec, round: AbortController): Promise<void> {
    const put = (answer: BasketAnswer) => {
      if (!round.signal.aborted) this.answers = { ...this.answers, [model.id]: answer };
    };
    const isTrained = customerPicks.isTrained(model);
    if (!isTrained || this.answers[model.id]?.state.at !== 'ready') put({ state: { at: 'running', job: null } });
    const asJob = {
      job: () => m.models_job_picks({ model: model.id }),
      onjob: (job: Job) => put({ state: { at: 'running', job } }),
    };
    try {
      const started = performance.now();
      const { items, isPopularity, unknown } = await workbench.call(
        'recommenderBasket',
        { model, basket: [...basket], size: picksShown },
        { signal: round.signal, ...(isTrained ? {} : asJob) },
      );
      const milliseconds = performance.now() - started;
      customerPicks.markTrained(model);
      const note = isPopularity ? 'popularity' : '';
      put({
        state: { at: 'ready', list: { modelId: model.id, items, note, warnings: [] } },
        isPopularity,
        ...(isTrained && { milliseconds }),
      });
      if (!round.signal.aborted) this.unknown = unknown;
    } catch (error) {
      put({ state: error instanceof Cancelled ? { at: 'cancelled' } : { at: 'failed', error } });
    }
  }
}

export const basketPicks = new BasketPicks();
