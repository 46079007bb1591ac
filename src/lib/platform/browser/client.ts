import { WorkClient, type WorkerLike } from '../../work/client';
import { newId } from '../../work/newId';

/**
 * The page's one way to the analysis worker, which starts with the first call.
 * @param onLost is told when the worker died and all that was not saved is gone
 */
export function createWorkClient(onLost: () => void): WorkClient {
  return new WorkClient(startAnalysisWorker, onLost);
}

/**
 * Browsers do not say when they end a worker. This one holds a lock for as long as it lives, so being given that lock
 * means that it is gone.
 */
export function startAnalysisWorker(): WorkerLike {
  const name = `muster-worker-${newId()}`;
  const worker = new Worker(new URL('../../work/analysis.worker.ts', import.meta.url), { type: 'module', name });
  const locks = navigator.locks as LockManager | undefined;
  worker.addEventListener('message', ({ data }) => {
    if ((data as { type: string }).type !== 'alive') return;
    void locks?.request(name, () => void worker.dispatchEvent(new ErrorEvent('error', { message: 'the browser ended it' })));
  });
  return worker as WorkerLike;
}
