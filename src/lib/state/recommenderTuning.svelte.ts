import { Cancelled } from '$lib/core/base/errors';
import { stableJson } from '$lib/core/base/hash';
import type { Progress } from '$lib/core/base/run';
import { searchedAndFixed } from '$lib/core/evaluation/tuning/space';
import { trialOfValues } from '$lib/core/evaluation/tuning/trialValues';
import type { Trial, TuningResult } from '$lib/core/evaluation/tuning/tune';
import type { RecommenderSpec } from '$lib/core/plan/schema';
import { findRecommender } from '$lib/core/recommenders/catalogue';
import { m } from '$lib/paraglide/messages';
import type { Job, RunEnd } from './jobs.svelte';
import { recommenderStudy } from './recommenderStudy.svelte';
import { toasts } from './toasts.svelte';
import { workbench } from './workbench.svelte';

/** What a search has found so far; `result` with its end, not where it was cancelled or failed. */
export interface Found {
  trials: Trial[];
  /** Searched options of the model when the search began. */
  current: RecommenderSpec['options'];
  cutoff: number;
  result?: TuningResult;
}

export type TuningState =
  { at: 'idle' } | { at: 'running'; modelId: string; minutes: number; job: Job | null } | { at: 'failed'; modelId: string; error: unknown };

/** Searches for better options, one at a time. Survives a change of screen; what was found is known for this visit. */
class RecommenderTuning {
  state = $state.raw<TuningState>({ at: 'idle' });
  /** By the question that was asked: other data or another test make it another one. */
  #found = $state.raw<Record<string, Found>>({});

  get isRunning(): boolean {
    return this.state.at === 'running';
  }

  /** What is known of a model as it and its test are now. */
  of(model: RecommenderSpec): Found | undefined {
    return this.#found[questionOf(model)];
  }

  async start(model: RecommenderSpec, minutes: number): Promise<RunEnd> {
    if (this.isRunning) return 'refused';
    const { id: modelId } = model;
    const question = questionOf(model);
    const { options: specs } = findRecommender(model.algorithm);
    const { split, cutoffs } = recommenderStudy;
    const cutoff = Math.max(...cutoffs);
    this.state = { at: 'running', modelId, minutes, job: null };
    // What was tried before is told again first.
    this.#note(question, { trials: [], current: searchedAndFixed(specs, model.options).searched, cutoff });
    const onProgress = ({ values }: Progress) => {
      const trial = values && trialOfValues(values, specs);
      const found = this.#found[question];
      if (trial) this.#note(question, { ...found, trials: [...found.trials, trial] });
    };
    try {
      await workbench.history.flush();
      const result = await workbench.call(
        'recommenderTune',
        { model, split, cutoff, minutes },
        {
          job: () => m.models_tune_job({ model: modelId }),
          onjob: (job) => (this.state = { at: 'running', modelId, minutes, job }),
          onProgress,
        },
      );
      this.#note(question, { ...this.#found[question], trials: result.trials, result });
      this.state = { at: 'idle' };
      toasts.say(m.models_tuned({ model: modelId }));
      return 'done';
    } catch (error) {
      if (error instanceof Cancelled) {
        this.state = { at: 'idle' };
        toasts.show(m.models_cancelled());
        return 'cancelled';
      }
      this.state = { at: 'failed', modelId, error };
      return 'failed';
    }
  }

  #note(question: string, found: Found): void {
    this.#found = { ...this.#found, [question]: found };
  }
}

/** All that the answer depends on; the options that are searched are not of it. */
function questionOf({ id, algorithm, options, events }: RecommenderSpec): string {
  const { view } = workbench;
  const { fixed } = searchedAndFixed(findRecommender(algorithm).options, options);
  const { split, cutoffs } = recommenderStudy;
  return stableJson([view?.entry.id, view?.facts?.dataHash, view?.asOf, view?.plan.seed, id, algorithm, fixed, events, split, Math.max(...cutoffs)]); // prettier-ignore
}

export const recommenderTuning = new RecommenderTuning();
