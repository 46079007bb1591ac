import { Cancelled, UserError } from '../core/base/errors';
import { createRunContext, type Progress } from '../core/base/run';
import type { Answer, CarriedError, Request } from './protocol';
import type { Desk } from './desk';
import type { OperationContext, Operations } from './operations';

/** The worker's side of the boundary: runs operations and answers. `transfer` moves large buffers instead of copying. */
export function createHost(
  operations: Operations,
  desk: Desk,
  send: (answer: Answer, transfer: Transferable[]) => void,
): (request: Request) => Promise<void> {
  const running = new Map<number, AbortController>();

  return async function receive(request) {
    if (request.type === 'cancel') {
      running.get(request.run)?.abort();
      return;
    }
    const { run } = request;
    const controller = new AbortController();
    running.set(run, controller);
    const base = createRunContext(
      controller.signal,
      thinned((progress) => send({ type: 'progress', run, progress }, [])),
    );
    const context: OperationContext = { ...base, desk };
    try {
      const operation = operations[request.operation as keyof Operations] as (
        input: unknown,
        context: OperationContext,
      ) => Promise<unknown>;
      if (!operation) throw new Error(`there is no operation "${request.operation}"`);
      const output = await operation(request.input, context);
      send({ type: 'done', run, output }, largeBuffers(output));
    } catch (error) {
      if (error instanceof Cancelled || controller.signal.aborted) send({ type: 'cancelled', run }, []);
      else send({ type: 'failed', run, error: carry(error) }, []);
    } finally {
      running.delete(run);
    }
  };
}

/** Enough for a bar that moves; figures for plots and new stages always go through. */
const progressEveryMs = 50;

function thinned(report: (progress: Progress) => void): (progress: Progress) => void {
  let lastStage = '';
  let lastSent = -Infinity;
  return (progress) => {
    const now = performance.now();
    if (progress.stage === lastStage && !progress.values && progress.done !== progress.total && now - lastSent < progressEveryMs) return;
    lastStage = progress.stage;
    lastSent = now;
    report(progress);
  };
}

const largeBytes = 1 << 20;

/**
 * Buffers of the output's own fields that are moved, not copied: files and zips. An operation gives away what it
 * returns, so it must not keep such an array.
 */
function largeBuffers(output: unknown): ArrayBuffer[] {
  const fields = ArrayBuffer.isView(output) ? [output] : Object.values((output as object | null | undefined) ?? {});
  const buffers = fields
    .filter((field): field is ArrayBufferView => ArrayBuffer.isView(field) && field.byteLength >= largeBytes)
    .filter((view) => view.byteLength === view.buffer.byteLength && view.buffer instanceof ArrayBuffer)
    .map((view) => view.buffer as ArrayBuffer);
  return [...new Set(buffers)];
}

export function carry(error: unknown): CarriedError {
  if (error instanceof UserError) return { kind: 'user', code: error.code, message: error.message, hint: error.hint, values: error.values };
  const bug = error instanceof Error ? error : new Error(String(error));
  return { kind: 'bug', name: bug.name, message: bug.message, stack: bug.stack ?? '' };
}
