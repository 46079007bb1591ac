import { UserError } from '../../base/errors';
import type { RunContext } from '../../base/run';
import type { KernelInfo } from '../kernels';
import { instantiate, takeBlock, type Task, type ToHelper } from './helper.js';
import { SharedHeap } from './heap';

/** A helper thread, as the platform opens it. */
export interface HelperThread {
  post(message: ToHelper): void;
  onAnswer: (answer: 'ready' | 'done') => void;
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

/**
 * The calling thread and its helpers over one memory. Blocks are taken from a common counter, so that nobody waits
 * for a slow thread; what a block computes depends on the block alone.
 */
export class KernelTeam {
  readonly info: KernelInfo;
  #place: { heap: SharedHeap; exports: WebAssembly.Exports } | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #jobs = 0;

  constructor(private readonly options: TeamOptions) {
    this.info = options.info;
  }

  get threads(): number {
    return this.options.helpers.length + 1;
  }

  /** Opens the memory for a job; every `enter` is followed by one `leave`. */
  async enter(): Promise<SharedHeap> {
    this.#jobs++;
    return (await this.#exclusively(() => this.#open())).heap;
  }

  /** Gives a large memory back once no job is left. */
  leave(): void {
    this.#jobs--;
    if (this.#jobs > 0 || !this.#place || this.#place.heap.memory.buffer.byteLength <= keepBytes) return;
    this.#place = undefined;
    for (const helper of this.options.helpers) helper.post({ type: 'forget' });
  }

  /** Calls one of the module's functions on this thread alone. */
  call(name: string, ...parameters: number[]): void {
    (this.#place!.exports[name] as (...parameters: number[]) => void)(...parameters);
  }

  /**
   * `kernel(job, scratch, block)` for blocks 0 … blocks − 1 on all threads, a scratch of `scratchBytes` each.
   * @throws Cancelled once every thread has stopped
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
        const others = Promise.all(
          this.options.helpers.map((helper, i) => answered(helper, { type: 'task', task: task(scratches[i + 1]) })),
        );
        try {
          const own = task(scratches[0]);
          while (takeBlock(exports, heap.memory, own)) await run.breathe();
        } catch (error) {
          Atomics.store(heap.int32(control, 2), 1, 1);
          throw error;
        } finally {
          await others;
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
    for (const helper of this.options.helpers) helper.stop();
    this.#place = undefined;
  }

  async #open() {
    if (this.#place) return this.#place;
    const { module, shared, helpers } = this.options;
    const memory = new WebAssembly.Memory(shared ? { initial: 2, maximum: mostPages, shared } : { initial: 2 });
    const exports = instantiate(module, memory);
    await Promise.all(helpers.map((helper) => answered(helper, { type: 'memory', module, memory })));
    return (this.#place = { heap: new SharedHeap(memory), exports });
  }

  /** Helpers do one thing at a time. */
  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}

function answered(helper: HelperThread, message: ToHelper): Promise<void> {
  return new Promise((resolve) => {
    helper.onAnswer = () => resolve();
    helper.post(message);
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
        `There is no memory for another ${megabytes} MB of factors.`,
        'Take fewer factors, close other tabs, or use the command line on a larger machine.',
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
