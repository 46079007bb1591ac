import { Cancelled } from '$lib/core/base/errors';
import type { PropensitySpec } from '$lib/core/plan/schema';
import type { PropensityReport } from '$lib/core/predictions/types';
import { m } from '$lib/paraglide/messages';
import type { Job } from './jobs.svelte';
import { toasts } from './toasts.svelte';
import { workbench } from './workbench.svelte';

export type PropensityState =
  { at: 'idle' } | { at: 'running'; modelId: string; job: Job | null } | { at: 'failed'; modelId: string; error: unknown };

/** Training of propensity models, one at a time, with its loss curve. Survives a change of screen. */
class PropensityRun {
  state = $state.raw<PropensityState>({ at: 'idle' });
  /** Of the model that is being trained. */
  losses = $state.raw<PropensityReport['losses']>([]);

  get isRunning(): boolean {
    return this.state.at === 'running';
  }

  /** Trains, tests and scores everyone; report and scores then belong to the workspace. */
  async start(model: PropensitySpec): Promise<void> {
    if (this.isRunning) return;
    const modelId = model.id;
    const workspace = workbench.view?.entry.id;
    this.state = { at: 'running', modelId, job: null };
    this.losses = [];
    try {
      await workbench.history.flush();
      const report = await workbench.call(
        'propensityTrain',
        { model },
        {
          job: () => m.predictions_job({ model: modelId }),
          onjob: (job) => (this.state = { at: 'running', modelId, job }),
          onProgress: ({ values }) => {
            if (values?.epoch === undefined) return;
            this.losses = [...this.losses, { epoch: values.epoch, loss: values.loss, validationLoss: values.validationLoss }];
          },
        },
      );
      const { view } = workbench;
      if (view && view.entry.id === workspace) {
        const others = view.propensityReports.filter((other) => other.modelId !== modelId);
        workbench.show({ ...view, propensityReports: [...others, report] });
      }
      this.state = { at: 'idle' };
      toasts.say(m.predictions_trained({ model: modelId }));
    } catch (error) {
      if (error instanceof Cancelled) {
        this.state = { at: 'idle' };
        toasts.show(m.predictions_cancelled());
      } else this.state = { at: 'failed', modelId, error };
    }
  }
}

export const propensityRun = new PropensityRun();
