import { Cancelled } from '$lib/core/base/errors';
import type { LossesSection } from '$lib/core/predictions/report';
import type { PredictionSpec } from '$lib/core/predictions/spec';
import { m } from '$lib/paraglide/messages';
import type { Job, RunEnd } from './jobs.svelte';
import { toasts } from './toasts.svelte';
import { workbench } from './workbench.svelte';

export type PredictionRunState =
  | { at: 'idle' }
  /** `losses` are of this training, beside those in the report of the one before. */
  | { at: 'running'; modelId: string; job: Job | null; losses: LossesSection['losses'] }
  | { at: 'failed'; modelId: string; error: unknown };

/** Making of predictions, one at a time. Survives a change of screen; cancelled or failed, the earlier report stays. */
class PredictionRun {
  state = $state.raw<PredictionRunState>({ at: 'idle' });

  get isRunning(): boolean {
    return this.state.at === 'running';
  }

  /** Trains, tests and scores everyone; report and outputs then belong to the workspace. */
  start(model: PredictionSpec): Promise<RunEnd> {
    return this.#make(model, 'predictionTrain');
  }

  /** Scores everyone again with what the model has learnt before. */
  scoreAgain(model: PredictionSpec): Promise<RunEnd> {
    return this.#make(model, 'predictionScore');
  }

  async #make(model: PredictionSpec, operation: 'predictionTrain' | 'predictionScore'): Promise<RunEnd> {
    if (this.isRunning) return 'refused';
    const modelId = model.id;
    const workspace = workbench.view?.entry.id;
    this.state = { at: 'running', modelId, job: null, losses: [] };
    try {
      await workbench.history.flush();
      const report = await workbench.call(
        operation,
        { model },
        {
          job: () =>
            operation === 'predictionTrain' ? m.predictions_job({ model: modelId }) : m.predictions_score_job({ model: modelId }),
          onjob: (job) => this.#running((running) => ({ ...running, job })),
          onProgress: ({ values }) => {
            if (values?.epoch === undefined) return;
            const loss = { epoch: values.epoch, loss: values.loss, validationLoss: values.validationLoss };
            this.#running((running) => ({ ...running, losses: [...running.losses, loss] }));
          },
        },
      );
      const { view } = workbench;
      if (view && view.entry.id === workspace) {
        const others = view.predictionReports.filter((other) => other.modelId !== modelId);
        workbench.show({ ...view, predictionReports: [...others, report] });
      }
      this.state = { at: 'idle' };
      toasts.say(operation === 'predictionTrain' ? m.predictions_trained({ model: modelId }) : m.predictions_scored({ model: modelId }));
      return 'done';
    } catch (error) {
      if (error instanceof Cancelled) {
        this.state = { at: 'idle' };
        toasts.show(m.predictions_cancelled());
        return 'cancelled';
      }
      this.state = { at: 'failed', modelId, error };
      return 'failed';
    }
  }

  #running(change: (running: Extract<PredictionRunState, { at: 'running' }>) => PredictionRunState): void {
    if (this.state.at === 'running') this.state = change(this.state);
  }
}

export const predictionRun = new PredictionRun();
