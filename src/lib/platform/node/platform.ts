import { fileURLToPath } from 'node:url';
import type { Platform } from '../../work/platform';
import { openFile } from './files';
import { nodeStageHelpers } from './stageHelpers';

/** The command line's platform: native DuckDB, kernels and tfjs of Node. Nothing is kept between runs. */
export function nodePlatform(options: { threads?: number } = {}): Platform {
  return {
    name: 'node',
    openStore: async () => (await import('./nativeStore')).openNativeStore(options),
    openKernels: async () => (await import('./kernels')).openNodeKernels(options.threads ? { threads: options.threads } : undefined),
    openTensors: async () => (await import('./tensors')).openNodeTensors(),
    stageHelpers: nodeStageHelpers(options.threads),
    openDataset: (name) => openFile(fileURLToPath(new URL(`../../../../datasets/${name}`, import.meta.url))),
    now: () => new Date(),
    memoryBytes: async () => process.memoryUsage().rss,
  };
}
