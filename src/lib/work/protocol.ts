/**
 * What crosses the worker boundary: plain data only. A request names an operation and carries its input; the answers
 * to it are any number of `progress` and then exactly one of `done`, `failed` or `cancelled`.
 */
import type { ErrorValues } from '../core/base/errors';
import type { Progress } from '../core/base/run';

export type Request = { type: 'run'; run: number; operation: string; input: unknown } | { type: 'cancel'; run: number };

export type Answer =
  | { type: 'progress'; run: number; progress: Progress }
  | { type: 'done'; run: number; output: unknown }
  | { type: 'failed'; run: number; error: CarriedError }
  | { type: 'cancelled'; run: number }
  /** Not an answer: the worker has started and holds the lock by which its end is noticed. */
  | { type: 'alive' };

/** An error as data, so that nothing of it is lost on the way. */
export type CarriedError =
  | { kind: 'user'; code: string; message: string; hint: string; values: ErrorValues }
  | { kind: 'bug'; name: string; message: string; stack: string };
