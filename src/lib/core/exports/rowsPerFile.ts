import type { OptionSpec, OptionValues } from '../base/options';
import type { FileLimits } from './destination';

/** For destinations that have no limit of their own, but whose readers may. */
export const rowsPerFile: OptionSpec = {
  name: 'rowsPerFile',
  kind: 'number',
  integer: true,
  what: 'Most rows of one file; with more the export is split into several files. 0 keeps it in one.',
  default: 0,
  min: 0,
  max: 100_000_000,
};

export function rowsPerFileLimit({ rowsPerFile }: OptionValues): FileLimits {
  return Number(rowsPerFile) > 0 ? { rows: Number(rowsPerFile) } : {};
}
