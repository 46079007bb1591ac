import { Cancelled } from './errors';

/** How far a run has come. `total` is absent while it is not known. */
export interface Progress {
  /** Which step, as a stable word the screens translate: `read`, `index`, `train`, `evaluate`, `score`, `write` … */
  stage: string;
  done: number;
  total?: number;
  /** What `done` counts: `rows`, `bytes`, `epochs`, `users`, `steps`. */
  unit: string;
  /** Live figures for plots, such as `{ epoch: 3, loss: 0.21 }`. */
  values?: Record<string, number>;
}

/** What every long computation is given: a way to be stopped and a way to tell how far it has come. */
export interface RunContext {
  readonly signal: AbortSignal;
  report(progress: Progress): void;
  /**
   * Lets waiting messages in (so that a cancel is heard), then throws {@link Cancelled} if the run was cancelled.
   * Cheap when called often: it only yields when the last pause is more than 40 ms ago.
   */
  breathe(): Promise<void>;
}

/** The time between two pauses; a cancel must be heard within 200 ms. */
const pauseEveryMs = 40;

export function createRunContext(signal: AbortSignal, report: (progress: Progress) => void = () => {}): RunContext {
  let lastPause = performance.now();
  return {
    signal,
    report,
    async breathe() {
      if (signal.aborted) throw new Cancelled();
      if (performance.now() - lastPause < pauseEveryMs) return;
      await nextTask();
      lastPause = performance.now();
      if (signal.aborted) throw new Cancelled();
    },
  };
}

/** A context for code that nobody watches or stops: tests and scripts. */
export function quietContext(): RunContext {
  return createRunContext(new AbortController().signal);
}

/** Work that pauses itself, with a pause for messages at each of its own. @throws Cancelled */
export async function inSteps<T>(steps: Generator<void, T>, run: RunContext): Promise<T> {
  for (;;) {
    const { value, done } = steps.next();
    if (done) return value;
    await run.breathe();
  }
}

/** Loops over rows in stretches, with a pause after each. @throws Cancelled */
export async function inStretches(rows: number, run: RunContext, each: (start: number, end: number) => void): Promise<void> {
  for (let start = 0; start < rows; start += rowsOfStretch) {
    each(start, Math.min(rows, start + rowsOfStretch));
    await run.breathe();
  }
}

/** Even where each row waits for memory these take no longer than some 20 ms. */
const rowsOfStretch = 1 << 17;

/** The same as {@link inSteps} without pauses, for what is small. */
export function atOnce<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { value, done } = steps.next();
    if (done) return value;
  }
}

/** Resolves in a new task, after waiting messages; setTimeout would be clamped to 4 ms. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** The same run for a part of the work whose own progress says nothing to whoever watches the whole. */
export function untold(run: RunContext): RunContext {
  return { signal: run.signal, breathe: () => run.breathe(), report: () => {} };
}
