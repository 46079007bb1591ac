import { Cancelled } from '$lib/core/base/errors';
import type { RecommenderSpec } from '$lib/core/plan/schema';
import { m } from '$lib/paraglide/messages';
import type { CustomerRecommendations } from '$lib/work/operations/recommenders';
import type { Job } from './jobs.svelte';
import { Remote } from './remote.svelte';
import { workbench } from './workbench.svelte';

export type PickedList = CustomerRecommendations['lists'][number];
export type PicksState =
  | { at: 'waiting' }
  | { at: 'running'; job: Job | null }
  | { at: 'ready'; list: PickedList }
  | { at: 'cancelled' }
  | { at: 'failed'; error: unknown };

export const picksShown = 10;

/** One customer's history beside the lists of each model, which come one after the other. Survives a change of screen. */
class CustomerPicks {
  lists = $state.raw<Record<string, PicksState>>({});
  readonly history = new Remote(async (userId: string) => {
    const answer = await workbench.call('recommendersForUser', { models: [], userId, size: 1 }, { replaces: 'customerHistory' });
    return answer.history;
  });
  #shown = '';
  #round: AbortController | undefined;
  /** Models that the worker has trained on all of this data: their lists come at once, without a job. */
  readonly #trained = new Set<string>();

  /** Shows a customer; does nothing where the same lists are shown already. */
  show(userId: string, models: readonly RecommenderSpec[]): void {
    const wanted = JSON.stringify([userId, models.map(keyOf)]);
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    void this.history.load(userId);
    void this.#listAll(userId, models);
  }

  /** Their history alone. */
  showHistory(userId: string): void {
    if (this.#shown === userId) return;
    this.#shown = userId;
    this.lists = {};
    void this.history.load(userId);
  }

  isTrained(model: RecommenderSpec): boolean {
    return this.#trained.has(keyOf(model));
  }

  /** The worker has it now, whoever asked for it. */
  markTrained(model: RecommenderSpec): void {
    this.#trained.add(keyOf(model));
  }

  /** Asks again, after a cancel or a failure. */
  retry(userId: string, models: readonly RecommenderSpec[]): void {
    this.#shown = '';
    this.show(userId, models);
  }

  async #listAll(userId: string, models: readonly RecommenderSpec[]): Promise<void> {
    this.#round?.abort();
    const round = (this.#round = new AbortController());
    this.lists = Object.fromEntries(models.map(({ id }) => [id, { at: 'waiting' }]));
    for (const model of models) {
      const state = await this.#listOf(userId, model, round);
      if (round.signal.aborted) return;
      this.#put(model.id, state);
      if (state.at === 'cancelled') {
        for (const { id } of models) if (this.lists[id]?.at === 'waiting') this.#put(id, state);
        return;
      }
    }
  }

  async #listOf(userId: string, model: RecommenderSpec, round: AbortController): Promise<PicksState> {
    this.#put(model.id, { at: 'running', job: null });
    const key = keyOf(model);
    const asJob = {
      job: () => m.models_job_picks({ model: model.id }),
      onjob: (job: Job) => !round.signal.aborted && this.#put(model.id, { at: 'running', job }),
    };
    try {
      const { lists } = await workbench.call(
        'recommendersForUser',
        { models: [model], userId, size: picksShown },
        { signal: round.signal, ...(this.#trained.has(key) ? {} : asJob) },
      );
      this.#trained.add(key);
      return { at: 'ready', list: lists[0] };
    } catch (error) {
      return error instanceof Cancelled ? { at: 'cancelled' } : { at: 'failed', error };
    }
  }

  #put(id: string, state: PicksState): void {
    this.lists = { ...this.lists, [id]: state };
  }
}

/** All that a trained model is made from. */
function keyOf(model: RecommenderSpec): string {
  const { view } = workbench;
  return JSON.stringify([view?.entry.id, view?.facts?.dataHash, view?.asOf, view?.plan.seed, model]);
}

export const customerPicks = new CustomerPicks();
