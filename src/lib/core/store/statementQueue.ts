import { Cancelled } from '../base/errors';

/**
 * One statement at a time: both engines would make a second one wait anyway, and only then is it known which one a
 * cancel means. A cancelled caller is free at once; the next statement waits until the engine has really stopped.
 */
export class StatementQueue {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param work runs when everything before it has ended
   * @param interrupt tells the engine to stop `work`; called at most once, only while it runs
   * @throws Cancelled as soon as the signal aborts
   */
  run<T>(work: () => Promise<T>, signal?: AbortSignal, interrupt: () => void = () => {}): Promise<T> {
    if (signal?.aborted) return Promise.reject(new Cancelled());
    const turn = this.#last.then(async () => {
      if (signal?.aborted) throw new Cancelled();
      signal?.addEventListener('abort', interrupt);
      try {
        return await work();
      } finally {
        signal?.removeEventListener('abort', interrupt);
      }
    });
    this.#last = turn.catch(() => {});
    return signal ? orCancelled(turn, signal) : turn;
  }
}

function orCancelled<T>(turn: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = () => reject(new Cancelled());
    signal.addEventListener('abort', cancel);
    turn.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel));
  });
}
