import { Cancelled } from '$lib/core/base/errors';
import { m } from '$lib/paraglide/messages';
import type { OperationOutput } from '$lib/work/operations';
import type { Job, RunEnd } from './jobs.svelte';
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

  /** @param since a zip of an earlier export, for exports that deliver changes */
  async start(since?: File): Promise<RunEnd> {
    if (this.state.at === 'running') return 'refused';
    this.state = { at: 'running', job: null };
    const workspace = workbench.view?.entry.id ?? '';
    try {
      await workbench.history.flush();
      const result = await workbench.call('exportsRun', since ? { since } : {}, {
        job: () => m.exports_job(),
        onjob: (job) => (this.state = { at: 'running', job }),
      });
      this.state = { at: 'ready', result, workspace };
      if (workbench.view?.entry.id === workspace) {
        const exportRecords = [...(workbench.view.exportRecords ?? []), result.record];
        workbench.show({ ...workbench.view, exportsMade: result.made, exportRecords });
      }
      return 'done';
    } catch (error) {
      if (error instanceof Cancelled) {
        this.state = { at: 'idle' };
        toasts.show(m.exports_cancelled());
        return 'cancelled';
      }
      this.state = { at: 'failed', error };
      return 'failed';
    }
  }
}

export const exportRun = new ExportRun();
