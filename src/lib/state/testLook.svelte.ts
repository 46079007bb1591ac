import { Cancelled } from '$lib/core/base/errors';
import type { SplitSpec } from '$lib/core/evaluation/types';
import type { RecommenderSpec } from '$lib/core/plan/schema';
import { m } from '$lib/paraglide/messages';
import type { TestChoice, TestLook } from '$lib/work/operations/reasons';
import { picksShown } from './customerPicks.svelte';
import type { Job } from './jobs.svelte';
import { workbench } from './workbench.svelte';

export type TestLookState =
  | { at: 'idle' }
  | { at: 'running'; job: Job | null }
  | { at: 'ready'; look: TestLook; models: RecommenderSpec[]; split: SplitSpec }
  | { at: 'cancelled' }
  | { at: 'failed'; error: unknown };

/** A tested customer of the comparison's split. Survives a change of screen; another question leaves it behind. */
class TestLooks {
  state = $state.raw<TestLookState>({ at: 'idle' });
  /** What the answer on screen was asked of. */
  question = $state('');
  /** How many of the most different have been looked at. */
  #differentSeen = 0;
  #trainedFor = '';
  #round: AbortController | undefined;

  /** Whether {@link show} would answer without a training. */
  isTrained(models: readonly RecommenderSpec[], split: SplitSpec): boolean {
    return this.#trainedFor === questionOf(models, split);
  }

  isFor(models: readonly RecommenderSpec[], split: SplitSpec): boolean {
    return this.question === questionOf(models, split);
  }

  showNextDifferent(models: RecommenderSpec[], split: SplitSpec): Promise<void> {
    if (!this.isFor(models, split)) this.#differentSeen = 0;
    return this.show(models, split, { different: this.#differentSeen++ });
  }

  async show(models: RecommenderSpec[], split: SplitSpec, choose: TestChoice): Promise<void> {
    this.#round?.abort();
    const round = (this.#round = new AbortController());
    const isTrained = this.isTrained(models, split);
    this.question = questionOf(models, split);
    if (!isTrained || this.state.at !== 'ready') this.state = { at: 'running', job: null };
    const onjob = (job: Job) => {
      if (!round.signal.aborted) this.state = { at: 'running', job };
    };
    try {
      const look = await workbench.call(
        'recommendersTestLook',
        { models, split, size: picksShown, choose },
        { signal: round.signal, ...(isTrained ? {} : { job: () => m.reasons_job_test(), onjob }) },
      );
      if (round.signal.aborted) return;
      this.#trainedFor = this.question;
      this.state = { at: 'ready', look, models, split };
    } catch (error) {
      if (!round.signal.aborted) this.state = error instanceof Cancelled ? { at: 'cancelled' } : { at: 'failed', error };
    }
  }
}

function questionOf(models: readonly RecommenderSpec[], split: SplitSpec): string {
  const { view } = workbench;
  return JSON.stringify([view?.entry.id, view?.facts?.dataHash, view?.asOf, view?.plan.seed, models, split]);
}

export const testLooks = new TestLooks();
