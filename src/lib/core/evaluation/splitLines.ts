import { UserError } from '../base/errors';

/** A file of a split, already read as text. */
export interface SplitFile {
  name: string;
  text: string;
}

/** What a file says, line by line. */
export interface Pairs {
  users: string[];
  items: string[];
  values: number[];
  /** When, in the file's unit; only where every line says it. */
  times?: number[];
}

/** Calls back with the fields of each line that has any; lines count from 1. */
export function eachLine({ name, text }: SplitFile, use: (fields: string[], line: number) => void): void {
  let line = 0;
  let used = 0;
  for (let start = 0; start < text.length; line++) {
    const end = text.indexOf('\n', start);
    const fields = text
      .slice(start, end === -1 ? undefined : end)
      .split(/[\s,]+/)
      .filter((field) => field !== '');
    if (fields.length > 0) {
      use(fields, line + 1);
      used++;
    }
    start = end === -1 ? text.length : end + 1;
  }
  if (used === 0) throw new UserError('split_no_lines', `${name} has no lines.`, 'Give a file with at least one pair.', { file: name });
}

export function lineError({ name }: SplitFile, line: number, problem: string): UserError {
  return new UserError('split_line', `Line ${line} of ${name} ${problem}.`, 'Check that --format names how the file is written.', {
    file: name,
    line,
    problem,
  });
}
