/// <reference lib="webworker" />
/**
 * The analysis worker's entry. It is small so that it listens at once; operations and what they need come with the
 * first request, engines when an operation opens one.
 */
import type { Answer, CarriedError, Request } from './protocol';

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
const answer = (message: Answer, transfer: Transferable[] = []) => scope.postMessage(message, transfer);
let receive: Promise<(request: Request) => Promise<void>> | undefined;

// Held for as long as this worker lives; see startAnalysisWorker.
void scope.navigator.locks?.request(scope.name, () => (answer({ type: 'alive' }), new Promise(() => {})));

scope.onmessage = async ({ data }: MessageEvent<Request>) => {
  receive ??= start();
  let ready;
  try {
    ready = await receive;
  } catch (error) {
    // The next request tries again: a file of the site may only have been out of reach for a moment.
    receive = undefined;
    if (data.type === 'run') answer({ type: 'failed', run: data.run, error: notStarted(error) });
    return;
  }
  await ready(data);
};

async function start() {
  const [{ operations }, { createHost }, { Desk }, { browserPlatform }] = await Promise.all([
    import('./operations'),
    import('./host'),
    import('./desk'),
    import('../platform/browser/platform'),
  ]);
  return createHost(operations, new Desk(browserPlatform()), answer);
}

function notStarted(error: unknown): CarriedError {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    kind: 'user',
    code: 'worker_not_started',
    message: `The analysis process could not start (${reason}).`,
    hint: 'Check the connection and try again; reload the page if it goes on.',
    values: { reason },
  };
}
