import { Cancelled } from '$lib/core/base/errors';
import { m } from '$lib/paraglide/messages';
import type { OperationOutput } from '$lib/work/operations';
import type { Job } from './jobs.svelte';
import { toasts } from './toasts.svelte';
import { workbench } from './workbench.svelte';

export type ExportState =
  | { at: 'idle' }
  | { at: 'running'; job: Job | null }
  | { at: 'ready'; result: OperationOutput<'exportsRun'>; workspace: string }
  | { at: 'failed'; error: unknown };

/** The making of the files; it survives a change of screen. */
class ExportRun {
  state = $state.raw<ExportState>({ at: 'idle' });

  async start(): Promise<void> {
    if (this.state.at === 'running') return;
    this.state = { at: 'running', job: null };
    const workspace = workbench.view?.entry.id ?? '';
    try {
      await workbench.history.flush();
      const result = await workbench.call('exportsRun', undefined, {
        job: () => m.exports_job(),
        onjob: (job) => (this.state = { at: 'running', job }),
      });
      this.state = { at: 'ready', result, workspace };
    } catch (error) {
      if (error instanceof Cancelled) {
        this.state = { at: 'idle' };
        toasts.show(m.exports_cancelled());
      } else this.state = { at: 'failed', error };
    }
  }
}

export const exportRun = new ExportRun();
