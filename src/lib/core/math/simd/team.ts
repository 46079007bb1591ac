import { Cancelled, UserError } from '../../base/errors';
import type { RunContext } from '../../base/run';
import type { KernelInfo } from '../kernels';
import { instantiate, takeBlock, type Task, type ToHelper } from './helper.js';
import { SharedHeap } from './heap';

/** A helper thread, as the platform opens it. */
export interface HelperThread {
  post(message: ToHelper): void;
  onAnswer: (answer: 'ready' | 'done') => void;
  /** Called once when the thread ends without being asked to; `reason` is for people who look into it. */
  onEnd: (reason: string) => void;
  stop(): void;
}

export interface TeamOptions {
  module: WebAssembly.Module;
  /** Helpers need shared memory. */
  shared: boolean;
  helpers: HelperThread[];
  info: KernelInfo;
}

/** Above this an idle memory is dropped rather than kept for the next job. */
const keepBytes = 32 * 2 ** 20;
const mostPages = 65536;
/** A block takes milliseconds: a helper that has not answered so long after a step was called off has hung. */
const patienceMs = 5000;

/**
 * The calling thread and its helpers over one memory. Blocks are taken from a common counter, so that nobody waits
 * for a slow thread; what a block computes depends on the block alone. A helper that ends fails the step it was busy
 * with, and the team goes on without it.
 */
export class KernelTeam {
  #helpers: HelperThread[];
  /** Questions that helpers have not answered yet. */
  #unanswered = new Map<HelperThread, (error: UserError) => void>();
  #place: { heap: SharedHeap; exports: WebAssembly.Exports } | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #jobs = 0;

  constructor(private readonly options: TeamOptions) {
    this.#helpers = [...options.helpers];
    for (const helper of options.helpers) helper.onEnd = (reason) => this.#lose(helper, reason);
  }

  get info(): KernelInfo {
    const { info, helpers } = this.options;
    const lost = helpers.length - this.#helpers.length;
    if (lost === 0) return info;
    return { ...info, threads: this.threads, reason: `${info.reason} ${lost} of ${info.threads} threads ended unexpectedly.`.trim() };
  }

  get threads(): number {
    return this.#helpers.length + 1;
  }

  /** Opens the memory for a job; every `enter` is followed by one `leave`. */
  async enter(): Promise<SharedHeap> {
    this.#jobs++;
    try {
      return (await this.#exclusively(() => this.#open())).heap;
    } catch (error) {
      this.leave();
      throw error;
    }
  }

  /** Gives a large memory back once no job is left. */
  leave(): void {
    this.#jobs--;
    if (this.#jobs > 0 || !this.#place || this.#place.heap.memory.buffer.byteLength <= keepBytes) return;
    this.#place = undefined;
    for (const helper of this.#helpers) helper.post({ type: 'forget' });
  }

  /** Calls one of the module's functions on this thread alone. */
  call(name: string, ...parameters: number[]): number {
    return (this.#place!.exports[name] as (...parameters: number[]) => number)(...parameters);
  }

  /**
   * `kernel(job, scratch, block)` for blocks 0 … blocks − 1 on all threads, a scratch of `scratchBytes` each.
   * @throws Cancelled once every thread has stopped; UserError `kernel_helper_lost` where one ended
   */
  async run(kernel: string, job: number, blocks: number, scratchBytes: number, run: RunContext): Promise<void> {
    await this.#exclusively(async () => {
      const { heap, exports } = this.#place!;
      const scratches: number[] = [];
      const control = heap.allocate(8);
      try {
        for (let thread = 0; thread < this.threads; thread++) scratches.push(heap.allocate(scratchBytes));
        heap.int32(control, 2).fill(0);
        const task = (scratch: number): Task => ({ kernel, job, scratch, blocks, control });
        // A step of one block, such as a small fit has by the hundred, waits for no message.
        const others = this.#helpers
          .slice(0, Math.max(0, blocks - 1))
          .map((helper, i) => this.#ask(helper, { type: 'task', task: task(scratches[i + 1]) }));
        let failure: unknown;
        for (const other of others) other.catch((error: unknown) => (failure ??= error));
        try {
          const own = task(scratches[0]);
          while (failure === undefined && takeBlock(exports, heap.memory, own)) await run.breathe();
          await unlessCancelled(Promise.all(others), run.signal);
        } catch (error) {
          Atomics.store(heap.int32(control, 2), 1, 1);
          // The memory is not anybody else's before every thread has stopped writing.
          await this.#stopped(others);
          throw error;
        }
        await run.breathe();
      } finally {
        for (const scratch of scratches) heap.free(scratch);
        heap.free(control);
      }
    });
  }

  /** Ends the helpers; the team is of no use afterwards. */
  close(): void {
    for (const helper of this.#helpers) helper.stop();
    this.#place = undefined;
  }

  async #open() {
    if (this.#place) return this.#place;
    const { module, shared } = this.options;
    const memory = new WebAssembly.Memory(shared ? { initial: 2, maximum: mostPages, shared } : { initial: 2 });
    const exports = instantiate(module, memory);
    // Whoever does not come is left out.
    await Promise.allSettled(this.#helpers.map((helper) => this.#ask(helper, { type: 'memory', module, memory })));
    return (this.#place = { heap: new SharedHeap(memory), exports });
  }

  #ask(helper: HelperThread, message: ToHelper): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#unanswered.set(helper, reject);
      helper.onAnswer = () => {
        this.#unanswered.delete(helper);
        resolve();
      };
      helper.post(message);
    });
  }

  #lose(helper: HelperThread, reason: string): void {
    this.#helpers = this.#helpers.filter((other) => other !== helper);
    const reject = this.#unanswered.get(helper);
    this.#unanswered.delete(helper);
    reject?.(
      new UserError(
        'kernel_helper_lost',
        `A thread of the computation ended unexpectedly (${reason}).`,
        `Start it again: it goes on with ${this.threads} ${this.threads === 1 ? 'thread' : 'threads'}.`,
        { reason, threads: this.threads },
      ),
    );
  }

  /** Waits until helpers have answered or are gone; one that does neither is ended. */
  async #stopped(others: Promise<void>[]): Promise<void> {
    const timer = setTimeout(() => {
      for (const helper of [...this.#unanswered.keys()]) {
        helper.stop();
        this.#lose(helper, 'it did not answer');
      }
    }, patienceMs);
    await Promise.allSettled(others);
    clearTimeout(timer);
  }

  /** Helpers do one thing at a time. */
  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}

/** What a promise gives, or Cancelled as soon as the signal says so. */
function unlessCancelled<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = () => reject(new Cancelled());
    if (signal.aborted) return cancel();
    signal.addEventListener('abort', cancel, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel));
  });
}

/** Allocations of one job, freed together. */
export class JobMemory {
  #allocations: number[] = [];

  constructor(readonly heap: SharedHeap) {}

  /** @throws UserError `kernel_memory` */
  allocate(bytes: number): number {
    try {
      const at = this.heap.allocate(bytes);
      this.#allocations.push(at);
      return at;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const megabytes = Math.ceil(bytes / 1e6);
      throw new UserError(
        'kernel_memory',
        `There is no memory for another ${megabytes} MB of numbers.`,
        'Take fewer people, traits or factors, close other tabs, or use the command line on a larger machine.',
        { megabytes },
      );
    }
  }

  int32(values: ArrayLike<number>): number {
    const at = this.allocate(4 * values.length);
    this.heap.int32(at, values.length).set(values);
    return at;
  }

  float32(values: ArrayLike<number>): number {
    const at = this.allocate(4 * values.length);
    this.heap.float32(at, values.length).set(values);
    return at;
  }

  uint8(values: ArrayLike<number>): number {
    const at = this.allocate(values.length);
    this.heap.uint8(at, values.length).set(values);
    return at;
  }

  free(): void {
    for (const at of this.#allocations.splice(0)) this.heap.free(at);
  }
}
