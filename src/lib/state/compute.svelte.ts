import type { SystemReport } from '../work/operations/system';

/** What computes here: for the badge and the memory meter. Before the worker starts, what the page itself can tell. */
class Compute {
  report = $state.raw<SystemReport | null>(null);

  readonly isIsolated = globalThis.crossOriginIsolated ?? false;
  readonly hardwareThreads = globalThis.navigator?.hardwareConcurrency ?? 1;

  /** Threads that the kernels use, or may use; the table engine's are told beside it. */
  get threads(): number {
    return this.report?.kernels?.threads ?? (this.isIsolated ? this.hardwareThreads : 1);
  }

  /** The short word of the badge: where tensors are computed, else that of the CPU. */
  get backend(): string {
    const words = { webgpu: 'WebGPU', webgl: 'WebGL', wasm: 'WASM', cpu: 'CPU' } as Record<string, string>;
    const tensors = this.report?.tensors?.backend;
    return tensors ? (words[tensors] ?? tensors) : 'WASM';
  }

  async refresh(ask: () => Promise<SystemReport>): Promise<void> {
    try {
      this.report = await ask();
    } catch {
      // The badge shows what it knew; whoever runs work is told of the real failure.
    }
  }
}

export const compute = new Compute();
