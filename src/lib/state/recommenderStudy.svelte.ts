import { Cancelled } from '$lib/core/base/errors';
import type { Progress } from '$lib/core/base/run';
import type { SplitSpec } from '$lib/core/evaluation/types';
import type { RecommenderSpec } from '$lib/core/plan/schema';
import { m } from '$lib/paraglide/messages';
import type { Job, RunEnd } from './jobs.svelte';
import { toasts } from './toasts.svelte';
import { workbench } from './workbench.svelte';

export type StudyState = { at: 'idle' } | { at: 'running'; job: Job | null } | { at: 'failed'; error: unknown };
export interface LossPoint {
  x: number;
  y: number;
}

const defaultSplit: SplitSpec = { kind: 'global-time', testShare: 0.2 };
const defaultCutoffs = [10, 20];

/** Training and comparing recommenders: how they are tested, what runs, and the loss curves. Survives a change of screen. */
class RecommenderStudy {
  state = $state.raw<StudyState>({ at: 'idle' });
  /** What was chosen here; until then as in the last comparison. Belongs to one workspace. */
  #chosen = $state.raw<{ workspace: string; split?: SplitSpec; cutoffs?: number[] }>({ workspace: '' });
  /** Curves of the comparison that runs. They are forgotten with its end: the comparison has them, or it was cancelled. */
  #running = $state.raw<{ workspace: string; losses: Record<string, LossPoint[]> }>({ workspace: '', losses: {} });

  get isRunning(): boolean {
    return this.state.at === 'running';
  }

  get split(): SplitSpec {
    const last = workbench.view?.comparison?.protocol.split;
    return this.#mine.split ?? (last && last !== 'given' ? last : defaultSplit);
  }

  get cutoffs(): number[] {
    return this.#mine.cutoffs ?? workbench.view?.comparison?.protocol.cutoffs ?? defaultCutoffs;
  }

  /** Loss by epoch of the compared models, by model id; while a comparison runs, of what it has trained so far. */
  get losses(): Record<string, LossPoint[]> {
    const rows = workbench.view?.comparison?.rows ?? [];
    const kept = rows.filter(({ losses }) => losses?.length).map(({ modelId, losses }) => [modelId, losses!.map(toPoint)] as const);
    return { ...Object.fromEntries(kept), ...(this.#running.workspace === workspaceId() ? this.#running.losses : {}) };
  }

  choose(part: { split?: SplitSpec; cutoffs?: number[] }): void {
    this.#chosen = { ...this.#mine, ...part, workspace: workspaceId() };
  }

  /** Trains the models and compares them on the held-out part; the comparison then belongs to the workspace. */
  async start(models: RecommenderSpec[]): Promise<RunEnd> {
    if (this.isRunning) return 'refused';
    const workspace = workspaceId();
    this.state = { at: 'running', job: null };
    this.#running = { workspace, losses: {} };
    try {
      await workbench.history.flush();
      const comparison = await workbench.call(
        'recommendersCompare',
        { models, split: this.split, cutoffs: this.cutoffs },
        {
          job: () => m.models_job_compare(),
          onjob: (job) => (this.state = { at: 'running', job }),
          onProgress: (progress) => this.#note(workspace, progress),
        },
      );
      if (workbench.view?.entry.id === workspace) workbench.show({ ...workbench.view, comparison });
      this.state = { at: 'idle' };
      toasts.say(m.models_compared());
      return 'done';
    } catch (error) {
      if (error instanceof Cancelled) {
        this.state = { at: 'idle' };
        toasts.show(m.models_cancelled());
        return 'cancelled';
      }
      this.state = { at: 'failed', error };
      return 'failed';
    } finally {
      this.#running = { workspace: '', losses: {} };
    }
  }

  get #mine() {
    return this.#chosen.workspace === workspaceId() ? this.#chosen : { workspace: '' };
  }

  #note(workspace: string, { stage, values }: Progress): void {
    const [step, ...rest] = stage.split(':');
    if (step !== 'train' || values?.epoch === undefined || !Number.isFinite(values.loss)) return;
    const id = rest.join(':');
    const { losses } = this.#running;
    // A training that begins anew (another seed, or another backend) draws its curve anew.
    const before = (losses[id] ?? []).filter(({ x }) => x < values.epoch);
    this.#running = { workspace, losses: { ...losses, [id]: [...before, { x: values.epoch, y: values.loss }] } };
  }
}

function toPoint({ epoch, loss }: { epoch: number; loss: number }): LossPoint {
  return { x: epoch, y: loss };
}

function workspaceId(): string {
  return workbench.view?.entry.id ?? '';
}

export const recommenderStudy = new RecommenderStudy();
