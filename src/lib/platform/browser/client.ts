import { WorkClient } from '../../work/client';

/** The page's way to the analysis worker, which starts with the first call. */
export function createWorkClient(onLost: () => void): WorkClient {
  return new WorkClient(() => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'muster' }), onLost);
}
