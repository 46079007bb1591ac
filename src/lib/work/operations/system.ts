import type { Operation } from './context';
import type { StoreEngine } from '../../core/store/tableStore';
import type { KernelInfo } from '../../core/math/kernels';

export interface SystemReport {
  /** Absent where the engine has not been needed yet. */
  store?: StoreEngine;
  kernels?: KernelInfo;
  tensors?: { backend: string; reason: string };
  crossOriginIsolated: boolean;
  hardwareThreads: number;
  memoryBytes?: number;
}

/** What runs where, for the compute badge and the memory meter. Starts no engine. */
export const systemReport: Operation<void, SystemReport> = async (_input, { desk }) => {
  const { store, kernels, tensors } = await desk.opened();
  return {
    store: store?.engine,
    kernels: kernels?.info,
    tensors: tensors && { backend: tensors.backend, reason: tensors.reason },
    crossOriginIsolated: globalThis.crossOriginIsolated ?? false,
    hardwareThreads: globalThis.navigator?.hardwareConcurrency ?? 1,
    memoryBytes: await desk.platform.memoryBytes(),
  };
};
