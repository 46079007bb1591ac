/** Values that a message names, so that a screen can say the same sentence in another language. */
export type ErrorValues = Record<string, string | number>;

/**
 * Something the person can mend: their file, option, plan or machine. Anything else that is thrown is our bug
 * and passes through whole.
 *
 * `code` is stable, lower-case with underscores; the screens look up `error_<code>` and `error_<code>_hint` in the
 * message catalogue with `values`, and fall back to the English `message` and `hint`, which the command line prints.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  constructor(
    readonly code: string,
    /** What happened and where, with the values, as one sentence. */
    message: string,
    /** What to do about it, as one sentence. */
    readonly hint: string = '',
    readonly values: ErrorValues = {},
  ) {
    super(message);
  }
}

/** A run that was asked to stop. Neither a failure nor a bug. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
  constructor() {
    super('Cancelled.');
  }
}

export type Severity = 'error' | 'warning' | 'info';

/** One finding of a check: checks return all of them and throw only when nothing can go on. */
export interface Diagnostic {
  code: string;
  severity: Severity;
  message: string;
  hint?: string;
  values?: ErrorValues;
  /** 1-based data row in the file (the header is not counted). */
  row?: number;
  column?: string;
}
