import type { Platform } from './platform';
import type { TableStore } from '../core/store/tableStore';
import type { Kernels } from '../core/math/kernels';
import type { Tensors } from '../core/math/tensors';
import { UserError } from '../core/base/errors';
import type { OpenWorkspace } from './workspace';

/**
 * The worker's (or command line's) one working place: the engines, each opened when first used, and the workspace
 * that is open.
 */
export class Desk {
  #store: Promise<TableStore> | undefined;
  #kernels: Promise<Kernels> | undefined;
  #tensors: Promise<Tensors> | undefined;
  #workspace: OpenWorkspace | undefined;

  constructor(readonly platform: Platform) {}

  store(): Promise<TableStore> {
    return (this.#store ??= this.platform.openStore().catch((error) => ((this.#store = undefined), Promise.reject(error))));
  }

  kernels(): Promise<Kernels> {
    return (this.#kernels ??= this.platform.openKernels().catch((error) => ((this.#kernels = undefined), Promise.reject(error))));
  }

  tensors(): Promise<Tensors> {
    return (this.#tensors ??= this.platform.openTensors().catch((error) => ((this.#tensors = undefined), Promise.reject(error))));
  }

  /** Engines that are running already, for reports that must not start one. */
  async opened(): Promise<{ store?: TableStore; kernels?: Kernels; tensors?: Tensors }> {
    const [store, kernels, tensors] = await Promise.all([this.#store, this.#kernels, this.#tensors]);
    return { store, kernels, tensors };
  }

  /** @throws UserError `no_workspace` */
  get workspace(): OpenWorkspace {
    if (!this.#workspace)
      throw new UserError('no_workspace', 'No workspace is open.', 'Open the sample shop, drop a file, or reopen a saved workspace.');
    return this.#workspace;
  }

  get hasWorkspace(): boolean {
    return this.#workspace !== undefined;
  }

  use(workspace: OpenWorkspace | undefined): void {
    this.#workspace = workspace;
  }
}
