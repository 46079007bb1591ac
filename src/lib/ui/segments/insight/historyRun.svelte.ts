import { Cancelled } from '$lib/core/base/errors';
import { m } from '$lib/paraglide/messages';
import type { ReplayStep } from '$lib/core/segments/history';
import type { Job } from '$lib/state/jobs.svelte';
import { workbench } from '$lib/state/workbench.svelte';
import type { SegmentHistory } from '$lib/work/operations/segmentHistory';
import type { SegmentQuestion } from '$lib/work/operations/segments';

type HistoryState =
  | { at: 'idle' }
  | { at: 'running'; job?: Job }
  | { at: 'ready'; history: SegmentHistory }
  | { at: 'cancelled' }
  | { at: 'failed'; error: unknown };

/** The replay of one rule: an answer counts only for the question that was asked last. */
export class HistoryRun {
  state = $state.raw<HistoryState>({ at: 'idle' });
  #question = 0;
  #controller: AbortController | undefined;

  async start(question: SegmentQuestion & { step: ReplayStep }): Promise<void> {
    const mine = ++this.#question;
    this.#controller?.abort();
    const controller = (this.#controller = new AbortController());
    this.state = { at: 'running' };
    try {
      const onjob = (job: Job) => mine === this.#question && (this.state = { at: 'running', job });
      const options = { job: () => m.segments_time_job(), onjob, signal: controller.signal };
      const history = await workbench.call('segmentHistory', question, options);
      if (mine === this.#question) this.state = { at: 'ready', history };
    } catch (error) {
      if (mine === this.#question) this.state = error instanceof Cancelled ? { at: 'cancelled' } : { at: 'failed', error };
    }
  }

  /** The view is left. */
  stop(): void {
    this.#question++;
    this.#controller?.abort();
  }
}
