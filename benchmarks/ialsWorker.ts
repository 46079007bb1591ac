/** The browser's half of benchmarks/ials.mjs: measures inside a worker, as the workbench trains. */
import { createReferenceKernels } from '../src/lib/core/math/referenceKernels';
import { openBrowserKernels } from '../src/lib/platform/browser/kernels';
import { benchmarkMatrix, measureIals } from './ialsMeasure';

onmessage = async ({ data }: MessageEvent<{ pairs: number }>) => {
  const matrix = benchmarkMatrix(data.pairs);
  const rows = [
    ...(await measureIals('SIMD, 1 thread', await openBrowserKernels({ threads: 1 }), matrix, 5)),
    ...(await measureIals('SIMD, 2 threads', await openBrowserKernels({ threads: 2 }), matrix, 5)),
    ...(await measureIals('TypeScript', createReferenceKernels(''), matrix, 1)),
  ];
  postMessage(rows);
};
