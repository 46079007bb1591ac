import { UserError } from '../base/errors';

/** What an engine threw, with the cases that the person can mend told as such; anything else passes through whole. */
export function storeError(error: unknown): Error {
  const bug = error instanceof Error ? error : new Error(String(error));
  if (/out of memory|memory allocation|could not allocate|failed to allocate/i.test(bug.message)) {
    return new UserError(
      'store_memory',
      'The table engine ran out of memory.',
      'Close other tabs or import fewer columns or rows; everything that was saved is still there.',
    );
  }
  return bug;
}
