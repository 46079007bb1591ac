import type { ImportChange, ImportReport } from '$lib/core/schema/report';
import type { ImportMode } from '$lib/work/stages';

/**
 * Whether the person should see what an import would change before it happens: rows that are there would go or become
 * others, rows would be counted twice, or most of the file is rejected, which a wrong mapping does. A file that only
 * brings something new comes in with one click; what its checks find can be cleaned, or taken back, afterwards.
 */
export function needsLook(mode: ImportMode['mode'], change: ImportChange, { rowsKept, rowsRejected }: ImportReport): boolean {
  return mode !== 'add' || change.exactDuplicates > 0 || change.equalBetween > 0 || change.overlappingDays > 0 || rowsRejected > rowsKept;
}
