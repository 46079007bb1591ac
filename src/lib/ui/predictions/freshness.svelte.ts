import type { PredictionSpec } from '$lib/core/predictions/spec';
import { predictionNow, predictionStaleReasons, wasScoredSince } from '$lib/core/predictions/staleness';
import { scoresAgain } from '$lib/core/predictions/tasks/catalogue';
import { predictionRun } from '$lib/state/predictionRun.svelte';
import { workbench } from '$lib/state/workbench.svelte';

/** How a model of the plan stands: made or not, fresh or not, and being made. */
export class Freshness {
  readonly #model: () => PredictionSpec | undefined;
  readonly #today = $derived({ dataHash: workbench.view?.facts?.dataHash ?? null, asOf: workbench.view?.asOf ?? null });

  constructor(model: () => PredictionSpec | undefined) {
    this.#model = model;
  }

  readonly report = $derived.by(() => workbench.view?.predictionReports.find(({ modelId }) => modelId === this.#model()?.id));
  /** Why what was made is out of date; empty where it is fresh, or was never made. */
  readonly reasons = $derived.by(() => {
    const model = this.#model();
    return this.report && model && workbench.plan
      ? predictionStaleReasons(
          this.report,
          model,
          predictionNow(workbench.plan, { ...this.#today, reports: workbench.view?.predictionReports }),
        )
      : [];
  });
  readonly isFresh = $derived(this.report !== undefined && this.reasons.length === 0);
  /** Trained on earlier data or for an earlier day, and otherwise still the model of the plan: it can score again. */
  readonly canScore = $derived(
    this.report !== undefined &&
      scoresAgain(this.report) &&
      this.reasons.length > 0 &&
      this.reasons.every((reason) => reason === 'data' || reason === 'asOf'),
  );
  /** And did. */
  readonly isScored = $derived.by(() => this.report !== undefined && this.canScore && wasScoredSince(this.report, this.#today));
  readonly isMaking = $derived.by(() => {
    const { state } = predictionRun;
    return state.at === 'running' && state.modelId === this.#model()?.id;
  });
}
