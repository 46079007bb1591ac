import { Cancelled, UserError } from '../core/base/errors';
import type { Plan } from '../core/plan/schema';
import type { WorkspaceEntry } from '../core/store/snapshots';
import type { CallOptions, WorkClient } from '../work/client';
import type { OperationInput, OperationName, OperationOutput } from '../work/operations';
import type { WorkspaceView } from '../work/operations/workspaces';
import { compute } from './compute.svelte';
import { jobs, type Job } from './jobs.svelte';
import { preferences } from './preferences.svelte';
import { PlanHistory } from './planHistory.svelte';
import type { ThreadStep } from './thread.svelte';

export interface WorkbenchCall extends CallOptions {
  /** Registers the call as a job under this title (a function, so that it follows the language). */
  job?: () => string;
  /** Told of the job at once, for a progress bar beside the button. */
  onjob?: (job: Job) => void;
}

/** Which step of the thread an operation works on. */
const stepOf: Partial<Record<OperationName, ThreadStep>> = {
  sourceImport: 'data',
  dataStepBack: 'data',
  qualityReport: 'data',
  cleaningApply: 'data',
  personErase: 'data',
  recommendersCompare: 'recommenders',
  recommendersForUser: 'recommenders',
  recommenderTune: 'recommenders',
  predictionScore: 'predictions',
  predictionTrain: 'predictions',
  exportsRun: 'exports',
};

const tabKey = 'muster:open';
const lastKey = 'muster:last';

/** The workspace on screen and the way to the worker. Screens read `view` and ask with `call`. */
export class Workbench {
  /** Replaced whole, never changed in place. */
  view = $state.raw<WorkspaceView | null>(null);
  /** Saved workspaces, newest first; null until asked for. */
  saved = $state.raw<WorkspaceEntry[] | null>(null);
  opening = $state(false);
  /** Why opening, saving or listing failed, until dismissed. */
  problem = $state.raw<unknown>(null);
  /** The saved workspace that `problem` kept from opening: what can be read of it can still be saved to a file. */
  unopened = $state.raw<string | null>(null);
  /** The worker died and was started anew: set until the workspace was reopened. */
  wasLost = $state(false);

  readonly history: PlanHistory;
  #client: Promise<WorkClient> | undefined;
  #openings = 0;

  constructor(private readonly connect: (onLost: () => void) => Promise<WorkClient>) {
    this.history = new PlanHistory(
      { get: () => this.view?.plan ?? null, set: (plan) => (this.view = this.view && { ...this.view, plan }) },
      (plan) => this.#savePlan(plan),
      (target, present) => this.#withDataOf(target, present),
      (error) => this.#notSaved(error),
    );
  }

  get plan(): Plan | null {
    return this.view?.plan ?? null;
  }

  /**
   * Asks the worker. Rejects with UserError (show it in an ErrorNotice), Cancelled (show nothing), or our own bug.
   */
  async call<Name extends OperationName>(
    operation: Name,
    input: OperationInput<Name>,
    options: WorkbenchCall = {},
  ): Promise<OperationOutput<Name>> {
    const { job: title, onjob, ...callOptions } = options;
    const client = await this.#connected();
    if (!title) return client.call(operation, input, callOptions);

    const controller = new AbortController();
    const job = jobs.start(title, controller, stepOf[operation]);
    onjob?.(job);
    try {
      const output = await client.call(operation, input, {
        ...callOptions,
        signal: options.signal ? AbortSignal.any([options.signal, controller.signal]) : controller.signal,
        onProgress: (progress) => {
          job.report(progress);
          options.onProgress?.(progress);
        },
      });
      jobs.end(job, 'done');
      return output;
    } catch (error) {
      jobs.end(job, error instanceof Cancelled ? 'cancelled' : 'failed');
      throw error;
    } finally {
      void this.refreshCompute();
    }
  }

  /** Shows what an operation returned as the workspace's new state; edits that wait to be saved are kept. */
  show(view: WorkspaceView): void {
    const isAnother = view.entry.id !== this.view?.entry.id;
    if (isAnother) this.history.reset();
    const waiting = this.history.isDirty ? this.view?.plan : undefined;
    this.view = waiting ? { ...view, plan: this.#withDataOf(waiting, view.plan) } : view;
    this.wasLost = false;
    remember(view.entry.id);
  }

  /** Edits the plan: undoable, saved a moment later. `key` joins quick edits of one thing into one step. */
  edit(change: (plan: Plan) => Plan, key?: string): void {
    if (this.isReadOnly) {
      this.problem = readOnly();
      return;
    }
    this.history.edit(change, key);
  }

  /** Another tab has the workspace: here it can be looked at. */
  get isReadOnly(): boolean {
    return this.view?.readOnly ?? false;
  }

  openSample(title: () => string): Promise<boolean> {
    return this.#open(() => this.call('workspaceOpenSample', undefined, { job: title, replaces: 'workspace' }));
  }

  async open(id: string, title: () => string): Promise<boolean> {
    const isOpen = await this.#open(() => this.call('workspaceOpen', { id }, { job: title, replaces: 'workspace' }));
    const isGone = this.problem instanceof UserError && this.problem.code === 'workspace_gone';
    if (!isOpen && this.problem && !isGone) this.unopened = id;
    return isOpen;
  }

  create(name: string, timeZone: string, currency: string): Promise<boolean> {
    return this.#open(() => this.call('workspaceCreate', { name, timeZone, currency }, { replaces: 'workspace' }));
  }

  /** Reopens what this tab had open before a reload, or (for a deep link) what was open last. */
  async reopen(isDeepLink: boolean, title: () => string): Promise<void> {
    const id = sessionStorage.getItem(tabKey) ?? (isDeepLink ? localStorage.getItem(lastKey) : null);
    if (!id) return;
    if (await this.open(id, title)) return;
    forget(id);
  }

  async close(): Promise<void> {
    await this.history.flush();
    sessionStorage.removeItem(tabKey);
    this.history.reset();
    this.view = null;
  }

  async list(): Promise<void> {
    try {
      this.saved = await this.call('workspaceList', undefined, { replaces: 'workspaceList' });
    } catch (error) {
      if (error instanceof Cancelled) return;
      this.saved = [];
      this.problem = error;
    }
  }

  /** Deletes a workspace; nothing in this browser names it any more as the one to go on with. */
  async remove(id: string, how: 'workspaceRemove' | 'workspaceWipe' = 'workspaceRemove'): Promise<boolean> {
    try {
      // What waits to be saved comes back with it.
      if (this.view?.entry.id === id) await this.history.flush();
      await this.call(how, { id });
    } catch (error) {
      this.problem = error;
      return false;
    }
    forget(id);
    if (this.view?.entry.id === id) {
      this.history.reset();
      this.view = null;
    }
    if (this.unopened === id) {
      this.unopened = null;
      this.problem = null;
    }
    await this.list();
    return true;
  }

  /** Asks what computes, without starting the worker for it. */
  async refreshCompute(): Promise<void> {
    if (this.#client)
      await compute.refresh(async () => (await this.#client!).call('systemReport', undefined, { replaces: 'systemReport' }));
  }

  async #open(ask: () => Promise<WorkspaceView>): Promise<boolean> {
    const mine = ++this.#openings;
    this.opening = true;
    this.problem = null;
    this.unopened = null;
    try {
      await this.history.flush();
      const view = await ask();
      this.history.reset();
      this.show(view);
      return true;
    } catch (error) {
      if (!(error instanceof Cancelled)) this.problem = error;
      return false;
    } finally {
      // Another one may have been asked for meanwhile.
      if (mine === this.#openings) this.opening = false;
    }
  }

  async #savePlan(plan: Plan): Promise<void> {
    const { view, problems } = await this.call('workspaceSavePlan', { plan, ...(preferences.owner && { by: preferences.owner }) });
    if (this.view?.entry.id !== view.entry.id) return;
    const left = problems.find(({ code }) => code === 'plan_part_not_saved');
    // A newer edit may have been made while this one was being saved; and what could not be saved is there to be mended.
    this.view = this.view.plan === plan && !left ? view : { ...view, plan: this.view.plan };
    const problem = left ?? problems.find(({ severity }) => severity === 'error');
    this.problem = problem ? new UserError(problem.code, problem.message, problem.hint, problem.values) : null;
  }

  /** The plan with what belongs to the data (sources and cleaning, and once there is data its zone, currency and rates) as another has it. */
  #withDataOf(plan: Plan, other: Plan): Plan {
    const { sources, timeZone, currency, rates, identity, survivorship, erased, cleaning } = other;
    // Whoever was erased meanwhile must not come back with an older list.
    const idLists =
      String(erased) === String(plan.erased)
        ? plan.idLists
        : plan.idLists?.flatMap(({ id }) => other.idLists?.find((list) => list.id === id) ?? []);
    const tags =
      String(erased) === String(plan.erased) ? plan.tags : plan.tags?.flatMap(({ id }) => other.tags?.find((tag) => tag.id === id) ?? []);
    const people = { ...(idLists && { idLists }), ...(tags && { tags }) };
    if (!this.view?.facts) return { ...plan, ...people, sources, erased, cleaning };
    return { ...plan, ...people, sources, timeZone, currency, rates, identity, survivorship, erased, cleaning };
  }

  #notSaved(error: unknown): void {
    this.problem = error;
    const code = error instanceof UserError ? error.code : '';
    if (this.view && (code === 'workspace_changed_elsewhere' || code === 'workspace_read_only'))
      this.view = { ...this.view, readOnly: true };
  }

  #connected(): Promise<WorkClient> {
    return (this.#client ??= this.connect(() => {
      this.wasLost = this.view !== null;
    }));
  }
}

function remember(id: string): void {
  sessionStorage.setItem(tabKey, id);
  localStorage.setItem(lastKey, id);
}

function forget(id: string): void {
  if (sessionStorage.getItem(tabKey) === id) sessionStorage.removeItem(tabKey);
  if (localStorage.getItem(lastKey) === id) localStorage.removeItem(lastKey);
}

function readOnly(): UserError {
  return new UserError(
    'workspace_read_only',
    'This workspace is open in another tab: here it can only be looked at.',
    'Close it in the other tab and open it here again.',
  );
}

/** The page's one workbench. The client's code loads with the first question, not with the first screen. */
export const workbench = new Workbench(async (onLost) => (await import('../platform/browser/client')).createWorkClient(onLost));
