import { m } from '$lib/paraglide/messages';
import { Cancelled } from '../core/base/errors';
import type { QualityReport } from '../core/store/quality/report';
import type { CleaningStepInput } from '../core/store/quality/cleaning';
import type { Job } from './jobs.svelte';
import { workbench } from './workbench.svelte';

/** What the checks say of the data on screen, and the steps that clean it. Survives a change of screen. */
class QualityRun {
  state = $state.raw<
    | { at: 'idle' }
    | { at: 'running'; job?: Job; last: QualityReport | null }
    | { at: 'ready'; report: QualityReport }
    | { at: 'failed'; error: unknown }
  >({ at: 'idle' });
  /** What the last cleaning did; negative where rows came back. */
  removed = $state.raw<number | null>(null);
  error = $state.raw<unknown>(null);
  isApplying = $state(false);
  #question = 0;
  #workspace = '';
  /** The data that the last checks ran on. */
  #checked = '';

  /** Runs the checks where the data is not what they ran on. */
  visit(): void {
    const view = workbench.view;
    if (view?.dataKey && (this.#checked !== view.dataKey || this.state.at === 'failed' || this.state.at === 'idle')) void this.check();
  }

  /** The screen is left: what the last cleaning did was said. */
  leave(): void {
    this.removed = null;
    this.error = null;
  }

  /** Runs the checks on the data of now; an answer that comes too late is dropped. */
  async check(): Promise<void> {
    const view = workbench.view;
    if (!view?.dataKey) return;
    const mine = ++this.#question;
    // Of another workspace nothing stays in sight.
    const last = this.#workspace === view.entry.id ? this.report : null;
    this.#workspace = view.entry.id;
    this.#checked = view.dataKey;
    this.state = { at: 'running', last };
    try {
      const onjob = (job: Job) => mine === this.#question && (this.state = { at: 'running', job, last });
      const report = await workbench.call('qualityReport', undefined, { job: () => m.quality_job(), onjob, replaces: 'qualityReport' });
      if (mine === this.#question) this.state = { at: 'ready', report };
    } catch (error) {
      if (mine === this.#question) this.state = error instanceof Cancelled ? { at: 'idle' } : { at: 'failed', error };
    }
  }

  /** What was found last; while the checks run again it stays in sight, and what was opened in it stays open. */
  get report(): QualityReport | null {
    if (this.state.at === 'ready') return this.state.report;
    return this.state.at === 'running' ? this.state.last : null;
  }

  /** Cleans by one more step. */
  add(step: CleaningStepInput): Promise<void> {
    return this.#apply([...this.steps, step]);
  }

  /** Takes a step back, wherever in the order it stands. */
  takeBack(index: number): Promise<void> {
    return this.#apply(this.steps.filter((_, i) => i !== index));
  }

  get steps(): readonly CleaningStepInput[] {
    return workbench.plan?.cleaning ?? [];
  }

  async #apply(steps: readonly CleaningStepInput[]): Promise<void> {
    this.isApplying = true;
    this.error = null;
    try {
      // The plan's edits that wait belong to the state of before.
      await workbench.history.flush();
      const before = workbench.view?.facts?.events ?? 0;
      const view = await workbench.call('cleaningApply', { steps: [...steps] }, { job: () => m.quality_job_apply() });
      workbench.show(view);
      this.removed = before - (view.facts?.events ?? 0);
    } catch (error) {
      if (!(error instanceof Cancelled)) this.error = error;
    } finally {
      this.isApplying = false;
    }
  }
}

export const qualityRun = new QualityRun();
