import { Cancelled } from '../base/errors';
import { nextTask, type RunContext } from '../base/run';
import type { Tensors } from './tensors';

/** Something that opens tfjs: after a loss it must give the next backend. */
export interface TensorSource {
  tensors(): Promise<Tensors>;
}

/** What the work is ended with; never seen outside. */
class TensorsLost extends Error {}

/**
 * Does work, and where the graphics processor is lost meanwhile, all of it once more on the next backend. It begins anew
 * and does not go on from what was reached: a result of two backends could be made again on neither.
 * @param work must open tfjs by what it is given, and breathe by it
 */
export async function outlastLoss<S extends TensorSource, T>(
  source: S,
  run: RunContext,
  work: (source: S, run: RunContext) => Promise<T>,
): Promise<T> {
  for (;;) {
    let used: Tensors | undefined;
    let end: (error: Error) => void = () => {};
    const ended = new Promise<never>((_, reject) => (end = reject));
    const isLost = () => used?.loss?.hasHappened() ?? false;
    const watchedSource: S = {
      ...source,
      async tensors() {
        used = await source.tensors();
        void used.loss?.happened.then(() => end(new TensorsLost()));
        return used;
      },
    };
    const watchedRun: RunContext = {
      signal: run.signal,
      report: (progress) => isLost() || run.report(progress),
      async breathe() {
        await run.breathe();
        if (isLost()) throw new TensorsLost();
      },
    };
    try {
      // What waits for a processor that is gone may wait for ever.
      const result = await Promise.race([work(watchedSource, watchedRun), ended]);
      if (!isLost()) return result;
    } catch (error) {
      // A loss may show as an error first, and be told in the next task.
      if (used?.loss && !isLost()) await nextTask();
      if (run.signal.aborted) throw new Cancelled();
      if (!isLost()) throw error;
    }
  }
}
