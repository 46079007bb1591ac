import { WorkClient } from '../../work/client';

/**
 * The page's one way to the analysis worker, which starts with the first call.
 * @param onLost is told when the worker died and all that was not saved is gone
 */
export function createWorkClient(onLost: () => void): WorkClient {
  return new WorkClient(
    () => new Worker(new URL('../../work/analysis.worker.ts', import.meta.url), { type: 'module', name: 'muster' }),
    onLost,
  );
}
