import { Cancelled, UserError } from '../core/base/errors';
import type { Progress } from '../core/base/run';
import type { Answer, CarriedError, Request } from './protocol';
import type { OperationInput, OperationName, OperationOutput } from './operations';

/** What a caller may say beside the input. */
export interface CallOptions {
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
  /**
   * Calls with the same key replace each other: a newer one cancels the older, whose promise rejects with Cancelled,
   * so an old answer can never overwrite a newer one.
   */
  replaces?: string;
}

export interface WorkerLike {
  postMessage(message: Request): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<Answer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

interface PendingRun {
  resolve(output: unknown): void;
  reject(error: unknown): void;
  onProgress?: (progress: Progress) => void;
}

/**
 * The page's side of the boundary. The worker starts with the first call. If it dies, every waiting call is refused
 * with `worker_lost`, `onLost` is told, and the next call starts a new one.
 */
export class WorkClient {
  #worker: WorkerLike | undefined;
  #nextRun = 1;
  #pending = new Map<number, PendingRun>();
  #newest = new Map<string, AbortController>();

  constructor(
    private readonly start: () => WorkerLike,
    private readonly onLost: () => void = () => {},
  ) {}

  call<Name extends OperationName>(
    operation: Name,
    input: OperationInput<Name>,
    options: CallOptions = {},
  ): Promise<OperationOutput<Name>> {
    const controller = new AbortController();
    if (options.replaces) {
      this.#newest.get(options.replaces)?.abort();
      this.#newest.set(options.replaces, controller);
    }
    const signal = options.signal ? AbortSignal.any([options.signal, controller.signal]) : controller.signal;
    if (signal.aborted) return Promise.reject(new Cancelled());

    const worker = (this.#worker ??= this.#open());
    const run = this.#nextRun++;
    return new Promise<OperationOutput<Name>>((resolve, reject) => {
      const cancel = () => {
        worker.postMessage({ type: 'cancel', run });
        settle();
        // The caller is free at once; the worker's own answer comes when it has stopped.
        reject(new Cancelled());
      };
      const settle = () => {
        signal.removeEventListener('abort', cancel);
        this.#pending.delete(run);
        if (options.replaces && this.#newest.get(options.replaces) === controller) this.#newest.delete(options.replaces);
      };
      signal.addEventListener('abort', cancel);
      this.#pending.set(run, {
        onProgress: options.onProgress,
        resolve: (output) => (settle(), resolve(output as OperationOutput<Name>)),
        reject: (error) => (settle(), reject(error)),
      });
      try {
        worker.postMessage({ type: 'run', run, operation, input });
      } catch (error) {
        // The input cannot be copied to the worker, for instance because it holds a function: our bug, told to the caller.
        settle();
        reject(error);
      }
    });
  }

  /** Ends the worker; whatever was not saved is lost, and calls that wait are refused with Cancelled. */
  stop(): void {
    this.#end(new Cancelled());
  }

  #open(): WorkerLike {
    const worker = this.start();
    worker.onmessage = ({ data }) => this.#receive(data);
    worker.onerror = (event) => this.#lose(event.message);
    return worker;
  }

  #receive(answer: Answer): void {
    if (answer.type === 'alive') return;
    const pending = this.#pending.get(answer.run);
    if (!pending) return;
    if (answer.type === 'progress') pending.onProgress?.(answer.progress);
    else if (answer.type === 'done') pending.resolve(answer.output);
    else if (answer.type === 'cancelled') pending.reject(new Cancelled());
    else pending.reject(revive(answer.error));
  }

  #lose(message: string): void {
    const reason = message || 'out of memory?';
    this.#end(
      new UserError(
        'worker_lost',
        `The analysis process stopped (${reason}).`,
        'Everything that was saved is still there; try again, or with less data.',
        { reason },
      ),
    );
    this.onLost();
  }

  #end(why: Error): void {
    const worker = this.#worker;
    this.#worker = undefined;
    if (worker) {
      // What an ended worker still says must not be taken for the next one's.
      worker.onmessage = null;
      worker.onerror = null;
      worker.terminate();
    }
    for (const pending of [...this.#pending.values()]) pending.reject(why);
  }
}

function revive(error: CarriedError): Error {
  if (error.kind === 'user') return new UserError(error.code, error.message, error.hint, error.values);
  const bug = new Error(error.message);
  bug.name = error.name;
  bug.stack = error.stack;
  return bug;
}
