import { Cancelled } from '$lib/core/base/errors';
import { m } from '$lib/paraglide/messages';
import type { OperationInput, OperationName } from '$lib/work/operations';
import type { ModelLine } from '$lib/work/operations/registry';
import { Remote } from './remote.svelte';
import { toasts } from './toasts.svelte';
import { workbench } from './workbench.svelte';

/** Operations that change the registry and answer with it. */
type Change = 'modelRename' | 'modelRetire' | 'modelDeleteWeights' | 'modelForget';

/** The models that are kept with the workspace, and what is done with them. Survives a change of screen. */
class ModelRegistry {
  readonly lines = new Remote(() => workbench.call('modelsList', undefined, { replaces: 'modelsList' }));
  /** What takes time runs one at a time. */
  isBusy = $state(false);
  /** Why the last thing that was asked for was not done, until something else is. */
  problem = $state.raw<unknown>(null);

  load(): Promise<void> {
    return this.lines.load(undefined);
  }

  async change<Name extends Change>(operation: Name, input: OperationInput<Name>): Promise<boolean> {
    return this.#try(async () => {
      await workbench.call(operation as OperationName, input as never);
    });
  }

  async retrain({ key, name }: ModelLine, goOn: boolean): Promise<boolean> {
    return this.#try(async () => {
      const made = await workbench.call('modelRetrain', { key, goOn }, { job: () => m.registry_training({ name }) });
      toasts.show(m.registry_trained({ name: made.name }), { tone: 'positive' });
    });
  }

  async bring(files: File[]): Promise<boolean> {
    return this.#try(async () => {
      const { name } = await workbench.call('modelBring', { files }, { job: () => m.registry_bringing() });
      toasts.show(m.registry_brought({ name }), { tone: 'positive' });
    });
  }

  /** The bytes of a zip; null where it was not made. */
  async take({ key, name }: ModelLine, withCustomers: boolean): Promise<{ fileName: string; bytes: Uint8Array } | null> {
    let taken: { fileName: string; bytes: Uint8Array } | null = null;
    await this.#try(async () => {
      taken = await workbench.call('modelTake', { key, withCustomers }, { job: () => m.registry_taking({ name }) });
    });
    return taken;
  }

  async #try(work: () => Promise<void>): Promise<boolean> {
    if (this.isBusy) return false;
    this.isBusy = true;
    this.problem = null;
    try {
      // What is in the plan is what the worker goes by.
      await workbench.history.flush();
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof Cancelled)) this.problem = error;
      return false;
    } finally {
      this.isBusy = false;
      await this.load();
    }
  }
}

export const modelRegistry = new ModelRegistry();
