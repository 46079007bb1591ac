import type { PredictionSpec, RecommenderSpec } from '../core/plan/schema';
import { exportRun } from './exportRun.svelte';
import { jobs, type Job, type RunEnd } from './jobs.svelte';
import { predictionRun } from './predictionRun.svelte';
import { recommenderStudy } from './recommenderStudy.svelte';
import type { StaleWork } from './staleWork';
import { workbench } from './workbench.svelte';

/** One thing that is made again. */
export type RefreshStep =
  { kind: 'prediction'; model: PredictionSpec } | { kind: 'comparison'; models: RecommenderSpec[] } | { kind: 'exports' };

export type StepState = 'waiting' | 'running' | Exclude<RunEnd, 'refused'>;
export interface RefreshLine {
  step: RefreshStep;
  state: StepState;
}

/** How each kind of step is run; the page's own runs, unless a test says otherwise. */
export interface Runs {
  prediction(model: PredictionSpec): Promise<RunEnd>;
  comparison(models: RecommenderSpec[]): Promise<RunEnd>;
  exports(): Promise<RunEnd>;
}

const pageRuns: Runs = {
  prediction: (model) => predictionRun.start(model),
  comparison: (models) => recommenderStudy.start(models),
  exports: () => exportRun.start(),
};

/** The steps that bring what is stale up to date, what others are made of first; files only where they are wanted. */
export function refreshSteps({ predictions, comparison, exports }: StaleWork, withFiles: boolean): RefreshStep[] {
  return [
    ...predictions.map(({ model }): RefreshStep => ({ kind: 'prediction', model })),
    ...(comparison ? [{ kind: 'comparison' as const, models: comparison.models }] : []),
    ...(exports && withFiles ? [{ kind: 'exports' as const }] : []),
  ];
}

/** Makes all that is stale again, one after the other, as one list that can be watched and stopped. Survives a change of screen. */
export class RefreshAll {
  lines = $state.raw<RefreshLine[]>([]);
  isRunning = $state(false);
  #workspace = $state('');
  #stopped = false;

  constructor(
    private readonly runs: Runs = pageRuns,
    private readonly workspaceId: () => string = () => workbench.view?.entry.id ?? '',
  ) {}

  /** The list of this workspace; empty where nothing was refreshed. */
  get shown(): readonly RefreshLine[] {
    return this.#workspace === this.workspaceId() ? this.lines : [];
  }

  /** The job of the present step, for its bar. */
  get job(): Job | undefined {
    return this.isRunning ? jobs.running[0] : undefined;
  }

  async start(steps: readonly RefreshStep[]): Promise<void> {
    if (this.isRunning || steps.length === 0) return;
    this.isRunning = true;
    this.#stopped = false;
    this.#workspace = this.workspaceId();
    this.lines = steps.map((step) => ({ step, state: 'waiting' }));
    try {
      for (const [i, step] of steps.entries()) {
        if (this.#stopped || this.workspaceId() !== this.#workspace) {
          this.#mark(i, 'cancelled');
          continue;
        }
        this.#mark(i, 'running');
        const end = await this.#run(step);
        this.#mark(i, end === 'refused' ? 'failed' : end);
        // Who stops one of them wants to stop.
        if (end === 'cancelled') this.#stopped = true;
      }
    } finally {
      this.isRunning = false;
    }
  }

  /** Stops the present step and leaves the others undone; what was finished stays. */
  cancel(): void {
    this.#stopped = true;
    this.job?.cancel();
  }

  /** Takes the list of what was done away. */
  dismiss(): void {
    if (!this.isRunning) this.lines = [];
  }

  #run(step: RefreshStep): Promise<RunEnd> {
    switch (step.kind) {
      case 'prediction':
        return this.runs.prediction(step.model);
      case 'comparison':
        return this.runs.comparison(step.models);
      case 'exports':
        return this.runs.exports();
    }
  }

  #mark(at: number, state: StepState): void {
    this.lines = this.lines.map((line, i) => (i === at ? { ...line, state } : line));
  }
}

export const refreshAll = new RefreshAll();
