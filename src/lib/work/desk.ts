import { Cancelled, UserError } from '../core/base/errors';
import type { RunContext } from '../core/base/run';
import type { Kernels } from '../core/math/kernels';
import type { Tensors } from '../core/math/tensors';
import { DerivedCache } from '../core/store/derivedCache';
import type { TableStore } from '../core/store/tableStore';
import { Epoch } from './epoch';
import { Garbage } from './garbage';
import type { Platform } from './platform';
import { saveState } from './saving';
import { Stages } from './stages';
import type { WorkspaceState } from './workspace';

/** The open workspace: its newest state, and all that runs on it. */
interface Opened {
  state: WorkspaceState;
  readonly cache: DerivedCache;
  readonly garbage: Garbage;
  /** Aborted when it is closed. */
  readonly closing: AbortController;
  readonly runs: Set<Promise<unknown>>;
  /** The last of the commits, which are one at a time. */
  commits: Promise<unknown>;
  /** The last of the writers, which are one at a time. */
  writers: Promise<unknown>;
  /** Gives the workspace back to other tabs. */
  release(): Promise<void>;
}

/**
 * The worker's (or command line's) one working place: the engines, each opened when first used, and the workspace that
 * is open. A reader works on the state that it found; writers are one at a time, and put a new state in place in one
 * step. Another workspace is opened when everything on this one has stopped.
 */
export class Desk {
  #store: Promise<TableStore> | undefined;
  #kernels: Promise<Kernels> | undefined;
  #tensors: Promise<Tensors> | undefined;
  #opened: Opened | undefined;
  #switching: Promise<unknown> = Promise.resolve();
  /** Files that were read and not imported yet. */
  readonly stages = new Stages();

  constructor(readonly platform: Platform) {}

  store(): Promise<TableStore> {
    return (this.#store ??= this.platform.openStore().catch((error) => ((this.#store = undefined), Promise.reject(error))));
  }

  kernels(): Promise<Kernels> {
    return (this.#kernels ??= this.platform.openKernels().catch((error) => ((this.#kernels = undefined), Promise.reject(error))));
  }

  tensors(): Promise<Tensors> {
    const opened = (this.#tensors ??= this.platform.openTensors().catch((error) => ((this.#tensors = undefined), Promise.reject(error))));
    return opened.then((tensors) => {
      if (!tensors.loss?.hasHappened()) return tensors;
      // The platform passes over a graphics processor that it has lost.
      if (this.#tensors === opened) this.#tensors = undefined;
      return this.tensors();
    });
  }

  /** Engines that are running already, for reports that must not start one. */
  async opened(): Promise<{ store?: TableStore; kernels?: Kernels; tensors?: Tensors }> {
    const [store, kernels, tensors] = await Promise.all([this.#store, this.#kernels, this.#tensors]);
    return { store, kernels, tensors };
  }

  get hasWorkspace(): boolean {
    return this.#opened !== undefined;
  }

  /** The newest state. @throws UserError `no_workspace` */
  get state(): WorkspaceState {
    return this.#require().state;
  }

  /** Bytes of what was computed from the data and is kept at hand. */
  get derivedBytes(): number {
    return this.#opened?.cache.bytes ?? 0;
  }

  /**
   * Works on the state of now, whatever is written meanwhile.
   * @throws UserError `no_workspace`; Cancelled where the workspace is closed
   */
  async read<T>(run: RunContext, work: (epoch: Epoch) => Promise<T>): Promise<T> {
    const opened = this.#require();
    return this.#during(opened, run, (bound) => this.#onEpoch(opened, bound, work));
  }

  /**
   * The same for what changes the data: one at a time, each on the state that the one before has left.
   * @throws UserError `no_workspace`, `workspace_read_only`; Cancelled where the workspace is closed
   */
  async write<T>(run: RunContext, work: (epoch: Epoch) => Promise<T>): Promise<T> {
    const opened = this.#require();
    refuseReadOnly(opened.state);
    return this.#during(opened, run, (bound) => {
      const turn = opened.writers.then(async () => {
        await bound.breathe();
        return this.#onEpoch(opened, bound, work);
      });
      opened.writers = turn.catch(() => {});
      return turn;
    });
  }

  /**
   * Closes the open workspace (its runs are cancelled, its commits are waited for), then opens another. Cancelled or
   * failed, none is open.
   * @param open makes the state; the store is empty when it is called
   */
  async switchTo(open: () => Promise<{ state: WorkspaceState; release?: () => Promise<void> }>): Promise<WorkspaceState> {
    const turn = this.#switching.then(async () => {
      await this.#close();
      const { state, release = async () => {} } = await open();
      this.#opened = {
        state,
        cache: new DerivedCache(),
        garbage: new Garbage(),
        closing: new AbortController(),
        runs: new Set(),
        commits: Promise.resolve(),
        writers: Promise.resolve(),
        release,
      };
      return state;
    });
    this.#switching = turn.catch(() => {});
    return turn;
  }

  close(): Promise<void> {
    const turn = this.#switching.then(() => this.#close());
    this.#switching = turn.catch(() => {});
    return turn;
  }

  async #close(): Promise<void> {
    const opened = this.#opened;
    if (!opened) return;
    opened.closing.abort();
    this.#opened = undefined;
    this.stages.letGo();
    await Promise.allSettled([...opened.runs]);
    await opened.commits;
    await opened.cache.forget();
    await opened.release();
    const { store } = await this.opened();
    if (store) await opened.garbage.dropEverything(store);
  }

  #require(): Opened {
    if (this.#opened) return this.#opened;
    throw new UserError('no_workspace', 'No workspace is open.', 'Open the sample shop, drop a file, or reopen a saved workspace.');
  }

  /** Runs work that ends, at the latest, when the workspace is closed. */
  #during<T>(opened: Opened, run: RunContext, work: (bound: RunContext) => Promise<T>): Promise<T> {
    const signal = AbortSignal.any([run.signal, opened.closing.signal]);
    const bound: RunContext = {
      signal,
      report: (progress) => run.report(progress),
      async breathe() {
        await run.breathe();
        if (signal.aborted) throw new Cancelled();
      },
    };
    const done = work(bound);
    opened.runs.add(done);
    return done.finally(() => opened.runs.delete(done));
  }

  async #onEpoch<T>(opened: Opened, run: RunContext, work: (epoch: Epoch) => Promise<T>): Promise<T> {
    const { state } = opened;
    const cache = opened.cache.reader();
    opened.garbage.hold(state);
    try {
      return await work(new Epoch(this, state, cache, run, (update) => this.#commit(opened, update)));
    } finally {
      await cache.release();
      opened.garbage.release(state);
      await this.#sweep(opened);
    }
  }

  /** Puts a new state in place and saves it; one at a time. */
  #commit(opened: Opened, update: (state: WorkspaceState) => WorkspaceState): Promise<WorkspaceState> {
    const turn = opened.commits.then(async () => {
      // What belongs to a workspace that is closed is kept nowhere.
      if (opened.closing.signal.aborted) throw new Cancelled();
      refuseReadOnly(opened.state);
      opened.garbage.know(opened.state);
      opened.state = update(opened.state);
      opened.garbage.know(opened.state);
      try {
        opened.state = await saveState(this, opened.state);
      } catch (error) {
        const isElsewhere = error instanceof UserError && error.code === 'workspace_changed_elsewhere';
        opened.state = { ...opened.state, ...(isElsewhere ? { readOnly: true } : { isUnsaved: true }) };
        throw error;
      } finally {
        opened.garbage.know(opened.state);
        await this.#sweep(opened);
      }
      return opened.state;
    });
    opened.commits = turn.catch(() => {});
    return turn;
  }

  async #sweep(opened: Opened): Promise<void> {
    const { store } = await this.opened();
    if (store) await opened.garbage.sweep(store, opened.state);
  }
}

function refuseReadOnly({ readOnly }: WorkspaceState): void {
  if (!readOnly) return;
  throw new UserError(
    'workspace_read_only',
    'This workspace is open in another tab: here it can only be looked at.',
    'Close it in the other tab and open it here again.',
  );
}
