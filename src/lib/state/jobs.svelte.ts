import type { Progress } from '../core/base/run';
import type { ThreadStep } from './thread.svelte';

const keptSeconds = 30;

/** How something that was started ended; `refused` where one of its kind ran already. */
export type RunEnd = 'done' | 'cancelled' | 'failed' | 'refused';

/** One long run as the top bar and progress bars show it. */
export class Job {
  progress = $state.raw<Progress | null>(null);
  state = $state<'running' | 'done' | 'failed' | 'cancelled'>('running');
  /** `unit`s a second, smoothed; null until it is known. */
  rate = $state<number | null>(null);
  readonly startedAt = Date.now();
  /** When the present stage began, and where. */
  #stage = { name: '', at: 0, done: 0 };

  constructor(
    readonly id: number,
    private readonly titleOf: () => string,
    private readonly controller: AbortController,
    /** Where in the thread it works; its navigation entry then shows that it runs. */
    readonly step?: ThreadStep,
  ) {}

  /** In the language on screen. */
  get title(): string {
    return this.titleOf();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** How far the present stage is, 0 … 1; null while the total is not known. */
  get share(): number | null {
    const { progress } = this;
    return progress?.total ? Math.min(1, progress.done / progress.total) : null;
  }

  /** Of the present stage. */
  get secondsLeft(): number | null {
    const { progress, rate } = this;
    if (!progress?.total || !rate) return null;
    return Math.max(0, (progress.total - progress.done) / rate);
  }

  cancel(): void {
    this.controller.abort();
  }

  report(progress: Progress): void {
    const now = performance.now();
    if (progress.stage !== this.#stage.name || progress.done < this.#stage.done) {
      this.#stage = { name: progress.stage, at: now, done: progress.done };
      this.rate = null;
    } else {
      const seconds = (now - this.#stage.at) / 1000;
      // The first moments say little about the rest.
      if (seconds > 0.4 && progress.done > this.#stage.done) this.rate = (progress.done - this.#stage.done) / seconds;
    }
    this.progress = progress;
  }
}

/** Everything that runs or ran a moment ago, newest first. */
class Jobs {
  list = $state.raw<Job[]>([]);
  #next = 1;

  get running(): Job[] {
    return this.list.filter((job) => job.state === 'running');
  }

  start(title: () => string, controller = new AbortController(), step?: ThreadStep): Job {
    const job = new Job(this.#next++, title, controller, step);
    this.list = [job, ...this.list];
    return job;
  }

  end(job: Job, state: 'done' | 'failed' | 'cancelled'): void {
    job.state = state;
    setTimeout(() => (this.list = this.list.filter((kept) => kept !== job)), keptSeconds * 1000);
  }
}

export const jobs = new Jobs();
